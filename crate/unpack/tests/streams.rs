//! Streams that another packer made: liblzma, by Python's `lzma.compress(…, format=FORMAT_RAW)` with preset 9, lc = 3, lp = 0, pb = 2.

use losskit_unpack::unpack_into;

const TEXT: &[u8] = b"softmax, sparsemax, softplus; softmax, sparsemax, softplus!";
const PACKED_TEXT: &str = "00399bc8f7ba52507956632c30ddf1b9d95cdd32e0eb3bc924bc6a9f5c256f353e6bfffe2b5800";

/// The bytes that hexadecimal digits stand for.
fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap()).collect()
}

/// So many bytes out of a stream.
fn unpacked(packed: &[u8], size: usize) -> Vec<u8> {
    let mut out = vec![0xff; size];
    unpack_into(packed, &mut out);
    out
}

#[test]
fn streams_of_liblzma_are_unpacked() {
    assert_eq!(unpacked(&bytes("0083fffbffffc0000000"), 0), b"");
    assert_eq!(unpacked(&bytes("0030effbb7c42dd6fffffdf09000"), 300), [b'a'; 300]);
    assert_eq!(unpacked(&bytes(PACKED_TEXT), TEXT.len()), TEXT);
    let squares =
        "00000052b80fc25b88f01c5e854223c86ef96a7e8ea73de2beae831d056901ce6505b3908b57bd5944e5330cfb53c48ffffefd5000";
    let expected: Vec<u8> = (0..40u32).map(|i| (i * i % 251) as u8).collect();
    assert_eq!(unpacked(&bytes(squares), 40), expected);
}

#[test]
fn a_stream_that_ends_early_or_has_a_wrong_bit_ends_all_the_same() {
    let packed = bytes(PACKED_TEXT);
    for length in 0..packed.len() {
        unpacked(&packed[..length], 5000);
    }
    for bit in 0..8 * packed.len() {
        let mut wrong = packed.clone();
        wrong[bit / 8] ^= 1 << (bit % 8);
        unpacked(&wrong, 5000);
    }
}
