// The average salary of five colleagues: each element of the array is one party's input.
const PEOPLE: usize = 5usize;

pub fn main(salaries: [u32; PEOPLE]) -> u32 {
    let mut sum = 0u64;
    for salary in salaries {
        sum += salary as u64;
    }
    (sum / (PEOPLE as u64)) as u32
}
