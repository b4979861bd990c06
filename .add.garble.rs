pub fn main(x: u32, y: u32, z: u32) -> u32 {
    x + y + z
}
