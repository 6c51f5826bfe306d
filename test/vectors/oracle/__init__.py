"""An independent oracle for the losses of losskit: formulas in exact (60-digit and more) arithmetic."""
