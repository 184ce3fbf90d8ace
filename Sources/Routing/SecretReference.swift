/// Where a secret is read from; the secret itself never stands in routes.json.
package enum SecretReference: Sendable, Hashable {
    /// The name of an environment variable of the process.
    case environment(String)
    /// The path of a file; one trailing newline is not part of the secret.
    case file(String)
    /// The name of a file in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), `LoadCredential=`).
    case credential(String)
}

extension SecretReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .environment(let name): "the environment variable \(name)"
        case .file(let path): "the file \(path)"
        case .credential(let name): "the credential \(name)"
        }
    }
}
