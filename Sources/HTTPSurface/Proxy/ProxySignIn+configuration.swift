import Crypto
import FoundationEssentials
import HTTPTypes
package import Routing

extension ProxySignIn {
    static let groupRolePrefix = "NOROSHI_ROLE_GROUP_"
    private static let defaultTokenHeader = "X-Noroshi-Proxy-Token"
    /// What has a meaning of its own.
    private static let takenHeaders: Set<String> = ["authorization", "cookie", "host", "origin", "sec-fetch-site"]

    /// Reads who the proxy is, and what those may do whom it names.
    ///
    /// `NOROSHI_PROXY_TOKEN`, `NOROSHI_PROXY_TOKEN_FILE` or systemd's credential `noroshi-proxy-token` hold what the proxy has
    /// to present; `NOROSHI_ROLE_GROUP_<NAME>` gives a group a ``Role``, as `NOROSHI_ROLE_<NAME>` does a token.
    ///
    /// - Parameters:
    ///   - words: Of the command line.
    ///   - source: The environment and the credentials directory.
    /// - Returns: `nil` when nobody is signed in by a proxy.
    /// - Throws: ``ProxySignInError``.
    package static func configured(_ words: Words, in source: SecretSource) throws(ProxySignInError) -> ProxySignIn? {
        func variable(_ name: String) -> String? { source.variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        let userHeader = words.userHeader ?? variable("NOROSHI_USER_HEADER")
        let groupsHeader = words.groupsHeader ?? variable("NOROSHI_GROUPS_HEADER")
        let proxies = list(words.proxies.isEmpty ? [variable("NOROSHI_PROXY") ?? ""] : words.proxies)
        let roles = list(words.roles.isEmpty ? [variable("NOROSHI_PROXY_ROLES") ?? ""] : words.roles)
        let groupVariables = groupRoles(source.variables)
        let secret = try secret(source)
        guard let userHeader else {
            guard groupsHeader == nil, proxies.isEmpty, roles.isEmpty, groupVariables.isEmpty, secret == nil else {
                throw ProxySignInError(
                    """
                    a proxy, its groups, roles or token are given, and no header in which it names people: give it with \
                    --user-header, for example --user-header X-Forwarded-User
                    """
                )
            }
            return nil
        }
        let name = try header(userHeader, "--user-header")
        guard proxies.isEmpty == false else {
            throw ProxySignInError(
                """
                --user-header lets in whoever sends \(name.rawName), so it needs the addresses from which the proxy comes: \
                give them with --proxy, for example --proxy 127.0.0.1
                """
            )
        }
        var blocks: [CIDRBlock] = []
        for text in proxies {
            guard let block = CIDRBlock(text) else {
                throw ProxySignInError(
                    "--proxy '\(EscapedText.visible(text))' is not an address: write 10.0.1.7, 10.0.0.0/16 or fd00::/8"
                )
            }
            blocks.append(block)
        }
        let tokenHeader = words.tokenHeader ?? variable("NOROSHI_PROXY_TOKEN_HEADER")
        if tokenHeader != nil, secret == nil {
            throw ProxySignInError(
                """
                a header for the proxy's token is given, and no token: put it into NOROSHI_PROXY_TOKEN, or the path of a \
                file that holds it into NOROSHI_PROXY_TOKEN_FILE
                """
            )
        }
        let read = try read(roles)
        if groupsHeader == nil, read.groups.isEmpty == false || groupVariables.isEmpty == false {
            throw ProxySignInError(
                "groups are given roles, and no header names anybody's groups: give it with --groups-header"
            )
        }
        var variables: [String: Role] = [:]
        for (group, word) in groupVariables { variables[group] = try role(word, groupRolePrefix + group) }
        return ProxySignIn(
            userHeader: name,
            groupsHeader: try groupsHeader.map { text throws(ProxySignInError) in try header(text, "--groups-header") },
            secret: try secret.map { digest throws(ProxySignInError) in
                Secret(header: try header(tokenHeader ?? defaultTokenHeader, "--proxy-token-header"), digest: digest)
            },
            proxies: blocks,
            roles: ProxyRoles(users: read.users, groups: read.groups, variables: variables)
        )
    }

    /// Several values of one option, and several in one value.
    private static func list(_ texts: [String]) -> [String] {
        texts.flatMap { $0.split(separator: ",") }.map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { $0.isEmpty == false }
    }

    private static func header(_ text: String, _ option: String) throws(ProxySignInError) -> HTTPField.Name {
        guard let name = HTTPField.Name(text), takenHeaders.contains(name.canonicalName) == false else {
            throw ProxySignInError(
                "\(option) is not the name of a header that a proxy can add: it may hold letters, digits and '-'"
            )
        }
        return name
    }

    /// `user:NAME=ROLE`, `group:NAME=ROLE`.
    private static func read(_ texts: [String]) throws(ProxySignInError) -> (
        users: [String: Role], groups: [String: Role]
    ) {
        var users: [String: Role] = [:]
        var groups: [String: Role] = [:]
        for text in texts {
            let mark = text.lastIndex(of: "=")
            let parts = mark.map { text[..<$0].split(separator: ":", maxSplits: 1) } ?? []
            guard let mark, parts.count == 2, ["user", "group"].contains(parts[0]) else {
                throw ProxySignInError(
                    """
                    --proxy-role '\(EscapedText.visible(text))' gives nobody a role: write user:NAME=ROLE or \
                    group:NAME=ROLE, for example group:secops=responder
                    """
                )
            }
            let role = try role(String(text[text.index(after: mark)...]), "--proxy-role '\(EscapedText.visible(text))'")
            if parts[0] == "user" { users[String(parts[1])] = role } else { groups[String(parts[1])] = role }
        }
        return (users, groups)
    }

    private static func role(_ word: String, _ place: String) throws(ProxySignInError) -> Role {
        guard let role = Role(rawValue: word.lowercased()), role != .sender else {
            throw ProxySignInError("\(place) is not a role of people: it may be viewer, responder or editor")
        }
        return role
    }

    /// The words by the groups in upper case; a token of such a name has the role itself.
    private static func groupRoles(_ variables: [String: String]) -> [String: String] {
        var found: [String: String] = [:]
        for (variable, word) in variables where variable.hasPrefix(groupRolePrefix) && word.isEmpty == false {
            let name = variable.dropFirst(groupRolePrefix.count)
            let token = "NOROSHI_TOKEN_GROUP_\(name)"
            guard name.isEmpty == false, variables[token] == nil, variables[token + "_FILE"] == nil else { continue }
            found[String(name)] = word
        }
        return found
    }

    /// SHA-256 of what the proxy has to present.
    private static func secret(_ source: SecretSource) throws(ProxySignInError) -> [UInt8]? {
        let variable = "NOROSHI_PROXY_TOKEN"
        let credential = "noroshi-proxy-token"
        let reference: SecretReference
        if source.variables[variable]?.isEmpty == false {
            reference = .environment(variable)
        } else if let path = source.variables["\(variable)_FILE"], path.isEmpty == false {
            reference = .file(path)
        } else if let directory = source.credentialsDirectory,
            FileManager.default.fileExists(atPath: "\(directory)/\(credential)")
        {
            reference = .credential(credential)
        } else {
            return nil
        }
        do {
            return Array(SHA256.hash(data: Data(try source.resolve(reference).exposed.utf8)))
        } catch {
            throw ProxySignInError("the proxy's token cannot be read: \(error)")
        }
    }
}
