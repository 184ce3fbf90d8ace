import FoundationEssentials

/// A text that must not be shown: printing, logging or reflecting it shows `<secret>`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for the one call that sends or compares it.
    package let exposed: String

    package init(_ exposed: String) { self.exposed = exposed }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where secret references are looked up; printing it shows how many variables there are, never what they hold.
package struct SecretSource: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var variables: [String: String]
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    package var credentialsDirectory: String?

    package init(variables: [String: String]) {
        self.variables = variables
        credentialsDirectory = variables["CREDENTIALS_DIRECTORY"]
    }

    package var description: String { "\(variables.count) variables" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Reads the secret as it is now; one trailing newline of a file is not part of it.
    package func resolve(_ reference: SecretReference) throws(SecretError) -> Secret {
        switch reference {
        case .environment(let name):
            guard let value = variables[name] else { throw SecretError(reference, "is not set") }
            return try secret(value, reference)
        case .file(let path):
            return try secret(contents(of: path, reference), reference)
        case .credential(let name):
            guard let credentialsDirectory else {
                throw SecretError(reference, "cannot be read: CREDENTIALS_DIRECTORY is not set")
            }
            return try secret(contents(of: "\(credentialsDirectory)/\(name)", reference), reference)
        }
    }

    private func contents(of path: String, _ reference: SecretReference) throws(SecretError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SecretError(reference, "does not exist or cannot be read")
        }
        guard data.count <= 65_536, let text = String(data: data, encoding: .utf8) else {
            throw SecretError(reference, "is not a UTF-8 text of at most 64 KiB")
        }
        if text.hasSuffix("\r\n") { return String(text.dropLast(1)) }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private func secret(_ value: String, _ reference: SecretReference) throws(SecretError) -> Secret {
        guard value.isEmpty == false else { throw SecretError(reference, "is empty") }
        return Secret(value)
    }
}

/// A secret that cannot be read; names the reference, never the value.
package struct SecretError: Error, Hashable, CustomStringConvertible {
    package var reference: SecretReference
    package var reason: String

    init(_ reference: SecretReference, _ reason: String) {
        self.reference = reference
        self.reason = reason
    }

    package var description: String { "\(reference) \(reason)" }
}
