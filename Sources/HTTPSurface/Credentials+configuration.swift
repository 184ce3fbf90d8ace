import FoundationEssentials
import HTTPTypes
package import Routing

extension Credentials {
    /// Reads the tokens that the environment names.
    ///
    /// - `NOROSHI_TOKEN` holds a token, `NOROSHI_TOKEN_FILE` the path of a file with one.
    /// - `NOROSHI_TOKEN_<NAME>` and `NOROSHI_TOKEN_<NAME>_FILE` are further ones, so that tokens can be rotated and
    ///   senders told apart; the token's name is `token.<name>` in lower case.
    /// - systemd credentials (`LoadCredential=`) called `noroshi-token` or `noroshi-token-<name>` count as well.
    /// - `NOROSHI_ROLE` says what the token of `NOROSHI_TOKEN` is for, `NOROSHI_ROLE_<NAME>` the same of
    ///   `NOROSHI_TOKEN_<NAME>` and of the credential `noroshi-token-<name>`: a ``Role``.
    /// - `NOROSHI_API_KEY_HEADER` replaces `X-Api-Key`.
    ///
    /// A variable that is set and empty counts as not set, since that is how container platforms clear one.
    ///
    /// - Parameter source: The environment and the credentials directory.
    /// - Returns: Every token; none when nothing is configured.
    /// - Throws: ``CredentialsError`` when one cannot be read or could never be presented in a header.
    package static func configured(in source: SecretSource) throws(CredentialsError) -> Credentials {
        var references: [(name: String, reference: SecretReference)] = []
        for (variable, value) in source.variables.sorted(by: { $0.key < $1.key }) where value.isEmpty == false {
            guard variable == variablePrefix || variable.hasPrefix(variablePrefix + "_") else { continue }
            let isFile = variable.hasSuffix("_FILE")
            let stem = isFile ? String(variable.dropLast("_FILE".count)) : variable
            references.append(
                (
                    name: name(suffix: stem.dropFirst(variablePrefix.count + 1)),
                    reference: isFile ? .file(value) : .environment(variable)
                )
            )
        }
        for credential in try credentialNames(in: source.credentialsDirectory) {
            references.append(
                (
                    name: name(suffix: credential.dropFirst(credentialPrefix.count + 1)),
                    reference: .credential(credential)
                )
            )
        }
        var tokens: [(name: String, secret: String)] = []
        for (name, reference) in references {
            tokens.append((name: name, secret: try token(reference, source)))
        }
        return Credentials(
            tokens: tokens,
            roles: try roles(in: source.variables, of: tokens.map(\.name)),
            apiKeyHeader: try apiKeyHeader(source.variables["NOROSHI_API_KEY_HEADER"])
        )
    }

    /// The roles by the names of their tokens.
    ///
    /// - Throws: ``CredentialsError`` for a word that is not a role, and for a role of no token, which is a slip.
    private static func roles(
        in variables: [String: String],
        of tokens: [String]
    ) throws(CredentialsError) -> [String: Role] {
        var roles: [String: Role] = [:]
        for (variable, value) in variables.sorted(by: { $0.key < $1.key }) where value.isEmpty == false {
            guard variable == rolePrefix || variable.hasPrefix(rolePrefix + "_") else { continue }
            // The role of a group that a proxy names, unless there is a token of that name.
            if variable.hasPrefix(ProxySignIn.groupRolePrefix),
                tokens.contains(name(suffix: variable.dropFirst(rolePrefix.count + 1))) == false
            {
                continue
            }
            guard let role = Role(rawValue: value.lowercased()) else {
                let words = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw CredentialsError("\(variable) is not a role: it may be \(words)")
            }
            let wanted = key(name(suffix: variable.dropFirst(rolePrefix.count + 1)))
            let named = tokens.filter { key($0) == wanted }
            guard named.isEmpty == false else {
                throw CredentialsError(
                    "\(variable) gives a role to a token that is not there: \(variablePrefix)"
                        + "\(variable.dropFirst(rolePrefix.count)) is not set"
                )
            }
            for token in named { roles[token] = role }
        }
        return roles
    }

    /// Names of variables have no hyphen, those of systemd's credentials may.
    private static func key(_ name: String) -> String { name.replacing("-", with: "_") }

    private static let variablePrefix = "NOROSHI_TOKEN"
    private static let rolePrefix = "NOROSHI_ROLE"
    private static let credentialPrefix = "noroshi-token"

    private static func name(suffix: some StringProtocol) -> String {
        suffix.isEmpty ? "token" : "token.\(suffix.lowercased())"
    }

    private static func credentialNames(in directory: String?) throws(CredentialsError) -> [String] {
        guard let directory else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0 == credentialPrefix || $0.hasPrefix(credentialPrefix + "-") }
                .sorted()
        } catch {
            throw CredentialsError("the directory that CREDENTIALS_DIRECTORY names cannot be read")
        }
    }

    private static func token(
        _ reference: SecretReference,
        _ source: SecretSource
    ) throws(CredentialsError) -> String {
        let text: String
        do {
            text = try source.resolve(reference).exposed
        } catch {
            throw CredentialsError("a token cannot be read: \(error)")
        }
        // RFC 9110 §5.5: a field value has no control characters, and white space around it is not part of it.
        let isPresentable =
            text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.first != " " && text.last != " "
        guard isPresentable else {
            throw CredentialsError(
                "a token cannot be used: \(reference) holds a line break, another control character, or white space at an end"
            )
        }
        return text
    }

    private static func apiKeyHeader(_ text: String?) throws(CredentialsError) -> HTTPField.Name {
        guard let text, text.isEmpty == false else { return HTTPField.Name(constant: "X-Api-Key") }
        guard let name = HTTPField.Name(text) else {
            throw CredentialsError("NOROSHI_API_KEY_HEADER is not a header name: it may hold letters, digits and '-'")
        }
        return name
    }
}

/// Why the configured tokens cannot be used; names the place, never the value.
package struct CredentialsError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// Nothing is configured any more.
    package static let none = CredentialsError("there is no token any more")
}
