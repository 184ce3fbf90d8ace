/// An account as people are told of it: its id whole, so that it can be copied, and its name beside it where one is known.
package enum NamedAccount {
    /// - Parameters:
    ///   - id: As the source gave it.
    ///   - name: The same.
    /// - Returns: `111122223333 (production)`, or the one of the two that is there; `nil` when neither is.
    package static func text(_ id: String?, name: String?) -> String? {
        guard let id, id.isEmpty == false else { return name.flatMap { $0.isEmpty ? nil : $0 } }
        guard let name, name.isEmpty == false, name != id else { return id }
        return "\(id) (\(name))"
    }
}

extension Finding {
    /// Its account, as ``NamedAccount`` writes it.
    package var namedAccount: String? { NamedAccount.text(account, name: accountName) }
}
