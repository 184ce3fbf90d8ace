import Operations
import Store

extension ReadQuery<FindingFilter> {
    /// Puts the ids in the place of what was written for accounts: ids and names with `*`, and groups.
    mutating func resolve(_ accounts: AccountBook) {
        filter.resolve(accounts, &mistakes)
        for index in filter.without.indices { filter.without[index].resolve(accounts, &mistakes) }
        // What was asked of an unknown group must not become a question about everything.
        filter.without.removeAll { $0 == FindingFilter() }
    }

    /// Says of accounts that nothing is known of, once nothing was found.
    mutating func doubt(_ accounts: AccountBook) {
        for term in query.terms where term.field == "account" && term.isExclusion == false {
            let word = term.value
            guard word.isEmpty == false, word.hasPrefix("@") == false, word.contains("*") == false,
                accounts.knows(word) == false
            else { continue }
            mistakes.append("\(term.written): no finding of late is of an account with this id or name")
        }
    }
}

extension FindingFilter {
    fileprivate mutating func resolve(_ book: AccountBook, _ mistakes: inout [String]) {
        guard let word = account else { return }
        account = nil
        switch book.choice(word) {
        case .accounts(let ids): accounts = ids
        case .noGroup(let known):
            let words = known.isEmpty ? "the rules in force have none" : "there are \(known.joined(separator: ", "))"
            mistakes.append("account:\(word): there is no such group of accounts; \(words)")
        }
    }
}
