/// What people may do whom a proxy names: by their names, by their groups, else they look only.
struct ProxyRoles: Sendable, Hashable {
    var users: [String: Role] = [:]
    var groups: [String: Role] = [:]
    /// By names of environment variables, in which a name is upper case and has `_` for `-`.
    var variables: [String: Role] = [:]

    /// A role that a user has by name is theirs, whatever their groups; else it is the one of their groups that allows most.
    func role(of user: String, in groups: [String]) -> Role {
        if let role = users[user] { return role }
        let given = groups.compactMap { self.groups[$0] ?? variables[ProxyRoles.variable($0)] }
        return given.max { $0.weight < $1.weight } ?? .viewer
    }

    /// Letters of ASCII alone are made upper case: `ſ` and `ı` would become letters of other people's groups.
    private static func variable(_ group: String) -> String {
        let bytes = group.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: bytes, as: UTF8.self)
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
