// Five companies compare their cost per employee with the average of all five. Everybody learns the average
// and where each one stands, not the figures behind it.
struct Company {
    costs: u64, // a year
    employees: u32,
}

enum Standing {
    Below,
    Near, // at most a twentieth from the average
    Above,
}

fn per_employee(company: Company) -> u64 {
    company.costs / (company.employees as u64)
}

pub fn main(companies: [Company; 5]) -> (u64, [Standing; 5]) {
    let mut figures = [0u64; 5];
    let mut sum = 0u64;
    for i in 0usize..5usize {
        figures[i] = per_employee(companies[i]);
        sum += figures[i];
    }
    let average = sum / 5u64;
    let margin = average / 20u64;
    let mut standings = [Standing::Near; 5];
    for i in 0usize..5usize {
        if figures[i] > average + margin {
            standings[i] = Standing::Above;
        } else if figures[i] + margin < average {
            standings[i] = Standing::Below;
        }
    }
    (average, standings)
}
