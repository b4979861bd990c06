// A customer asks a bank for credit: the bank does not see the customer's figures, and the customer does not
// see the bank's weights. Both learn the decision.
enum Home {
    Rented,
    Mortgage(u32), // what is still owed
    Owned,
}

struct Customer {
    income: u32, // a year
    debts: u32,
    age: u8,
    late_payments: u8,
    home: Home,
}

struct Weights {
    per_thousand_income: u32,
    per_late_payment: u32,
    owned_home: u32,
    mortgaged_home: u32,
    good_from: u32,
    fair_from: u32,
}

enum Decision {
    Refused,
    Limit(u32),
}

fn home_points(home: Home, weights: Weights) -> u32 {
    match home {
        Home::Rented => 0u32,
        Home::Owned => weights.owned_home,
        Home::Mortgage(owed) => if owed < 200000u32 { weights.mortgaged_home } else { 0u32 },
    }
}

fn points(customer: Customer, weights: Weights) -> u32 {
    let good = (customer.income / 1000u32) * weights.per_thousand_income
        + home_points(customer.home, weights);
    let bad = (customer.late_payments as u32) * weights.per_late_payment
        + customer.debts / 1000u32;
    if good > bad { good - bad } else { 0u32 }
}

pub fn main(customer: Customer, weights: Weights) -> Decision {
    let score = points(customer, weights);
    match customer.age {
        0..=17 => Decision::Refused,
        _ => if score >= weights.good_from {
            Decision::Limit(customer.income / 2u32)
        } else if score >= weights.fair_from {
            Decision::Limit(customer.income / 10u32)
        } else {
            Decision::Refused
        },
    }
}
