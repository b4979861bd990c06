// The sum of three secret numbers.
pub fn main(alice: i64, bob: i64, carol: i64) -> i64 {
    alice + bob + carol
}
