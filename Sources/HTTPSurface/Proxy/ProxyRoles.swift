/// What people may do whom a proxy names: by their names, by their groups, else they look only.
struct ProxyRoles: Sendable, Hashable {
    var users: [String: Role] = [:]
    var groups: [String: Role] = [:]
    /// By names of environment variables, in which a name is upper case and has `_` for `-`.
    var variables: [String: Role] = [:]

    /// A role that a user has by name is theirs, whatever their groups; else it is the one of their groups that allows most.
    func role(of user: String, in groups: [String]) -> Role {
        if let role = users[user] { return role }
        let given = groups.compactMap { self.groups[$0] ?? variables[$0.uppercased().replacing("-", with: "_")] }
        return given.max { $0.weight < $1.weight } ?? .viewer
    }
}

extension Role {
    /// The more it allows of what people do, the higher.
    fileprivate var weight: Int {
        switch self {
        case .sender: 0
        case .viewer: 1
        case .responder: 2
        case .editor: 3
        }
    }
}
