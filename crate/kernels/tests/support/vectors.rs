//! Reads the golden vectors of `test/vectors`: one case a line, `key=value` fields, lists separated by commas.

use std::path::{Path, PathBuf};

/// One line of a file.
pub struct Case {
    /// File and line, for messages.
    pub place: String,
    fields: Vec<(String, String)>,
}

impl Case {
    /// The text of a field.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(k, _)| k == key).map(|(_, text)| text.as_str())
    }
    /// A list of numbers; empty if the field is absent.
    pub fn list(&self, key: &str) -> Vec<f64> {
        let parse = |x: &str| x.parse().unwrap_or_else(|_| panic!("{}: {key} has {x:?}", self.place));
        self.text(key).filter(|text| !text.is_empty()).map_or(Vec::new(), |text| text.split(',').map(parse).collect())
    }
    /// The fields with this prefix, in order, their tolerances left out.
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        let wanted = |key: &&String| key.starts_with(prefix) && !key.ends_with(".tol");
        self.fields.iter().map(|(key, _)| key).filter(wanted).cloned().collect()
    }
    /// The inputs, in order.
    pub fn inputs(&self) -> Vec<Vec<f64>> {
        self.keys("in.").iter().map(|key| self.list(key)).collect()
    }
    /// The options as they stand in the file, each after a space.
    pub fn options(&self) -> String {
        self.keys("opt.").iter().map(|key| format!(" {key}={}", self.text(key).unwrap_or_default())).collect()
    }
    /// One number, or what it is by default.
    pub fn number(&self, key: &str, default: f64) -> f64 {
        self.text(key).map_or(default, |_| self.list(key)[0])
    }
    /// Asserts that what was computed is within the tolerance that the file states, element by element.
    pub fn expect(&self, key: &str, got: &[f64]) {
        let (want, tolerance) = (self.list(key), self.list(&format!("{key}.tol")));
        assert_eq!(want.len(), got.len(), "{}: {key} has another length", self.place);
        for (i, ((&want, &got), &tolerance)) in want.iter().zip(got).zip(&tolerance).enumerate() {
            let fine = if want.is_finite() {
                (got - want).abs() <= tolerance
            } else {
                got == want || (got.is_nan() && want.is_nan())
            };
            assert!(fine, "{}: {key}[{i}] is {got:e}, should be {want:e} ± {tolerance:e}", self.place);
        }
    }
}

fn file(loss: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../test/vectors/{loss}.txt"))
}

/// Whether a loss has a file.
pub fn has_vectors(loss: &str) -> bool {
    file(loss).exists()
}

/// The cases of a loss.
pub fn cases(loss: &str) -> Vec<Case> {
    let path = file(loss);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|(i, line)| Case {
            place: format!("{loss}.txt:{}", i + 1),
            fields: line
                .split(' ')
                .filter_map(|field| field.split_once('='))
                .map(|(k, v)| (k.into(), v.into()))
                .collect(),
        })
        .collect()
}
