import CPostgres
import FoundationEssentials
import Glibc

/// Where a PostgreSQL database is, and how it is reached: a URL or a list of keywords as libpq takes them (PostgreSQL 15,
/// 34.1.1 "Connection Strings").
package struct DatabaseAddress: Sendable {
    private let environment: [String: String]
    private let text: @Sendable () throws -> String

    /// - Parameters:
    ///   - environment: Variables of libpq in it hold where the text says nothing (PostgreSQL 15, 34.15).
    ///   - text: Read anew for each connection, so that a password can be changed while the service runs.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        _ text: @escaping @Sendable () throws -> String
    ) {
        self.environment = environment
        self.text = text
    }

    /// What decides where a connection goes: taken from the environment here, so that libpq takes nothing else from there.
    private static let places: Set = ["host", "hostaddr", "port"]

    /// Keywords of libpq that hold wherever the address says nothing else.
    ///
    /// A server that does not answer is given up within seconds, and one that cannot write is passed over for the next host of
    /// the address. The certificate of a server on another machine is verified.
    private static let defaults: [(String, String)] = [
        ("connect_timeout", "3"), ("target_session_attrs", "read-write"), ("keepalives_idle", "10"),
        ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "10000"),
        ("application_name", "noroshi"), ("client_encoding", "UTF8"),
    ]

    /// The keywords and values for one connection.
    ///
    /// - Returns: In libpq's order.
    /// - Throws: ``DatabaseAddressError``, or what reading the address throws. Never with a password in it.
    func keywords() throws -> [(keyword: String, value: String)] {
        let text = try text()
        guard text.contains(where: { $0.isWhitespace == false }) else { throw DatabaseAddressError("is empty") }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            // libpq repeats the part that it cannot read, which may hold the password.
            throw DatabaseAddressError(
                "is not one: write it as postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full"
            )
        }
        defer { PQconninfoFree(options) }
        var found: [(keyword: String, value: String)] = []
        var variables: [String: String] = [:]
        var place = options
        while let keyword = place.pointee.keyword.map({ String(cString: $0) }) {
            // An empty one is none for libpq.
            if let value = place.pointee.val, value[0] != 0 { found.append((keyword, String(cString: value))) }
            variables[keyword] = place.pointee.envvar.map { String(cString: $0) }
            place += 1
        }
        try DatabaseAddress.lookForPassword(found)
        func says(_ keyword: String) -> Bool { found.contains { $0.keyword == keyword } }
        func inherited(_ keyword: String) -> String? {
            variables[keyword].flatMap { environment[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard says("service") == false, inherited("service") == nil else { throw DatabaseAddressError.service }
        for keyword in DatabaseAddress.places.sorted() where says(keyword) == false {
            if let value = inherited(keyword) { found.append((keyword, value)) }
        }
        for (keyword, value) in DatabaseAddress.defaults where says(keyword) == false { found.append((keyword, value)) }
        // Not from the environment: less has to stand in the address.
        if says("sslmode") == false, DatabaseAddress.isLocal(found) == false {
            found.append(("sslmode", "verify-full"))
            if says("sslrootcert") == false, inherited("sslrootcert") == nil,
                FileManager.default.fileExists(atPath: systemCertificates)
            {
                found.append(("sslrootcert", systemCertificates))
            }
        }
        return found
    }

    /// A password with an `@` or a `/` in it that is not escaped ends in the host, the port or the database's name, which libpq
    /// would show.
    private static func lookForPassword(_ found: [(keyword: String, value: String)]) throws {
        for (keyword, value) in found {
            let isOdd =
                switch keyword {
                case "host", "hostaddr", "dbname": value.dropFirst().contains("@")
                case "port": value.contains { $0.isASCII == false || ($0.isNumber || $0 == ",") == false }
                default: false
                }
            guard isOdd else { continue }
            throw DatabaseAddressError(
                "has a \(keyword) that cannot be one: escape @ / : # ? % in a password of a URL, as %40 for @"
            )
        }
    }

    /// Where Debian and its relatives keep the certificates of well-known authorities.
    private var systemCertificates: String { "/etc/ssl/certs/ca-certificates.crt" }

    /// Whether every host is this machine: a socket's directory or a loopback address.
    private static func isLocal(_ found: [(keyword: String, value: String)]) -> Bool {
        let hosts =
            found.first { $0.keyword == "hostaddr" }?.value ?? found.first { $0.keyword == "host" }?.value ?? ""
        return hosts.split(separator: ",").allSatisfy { host in
            if host.hasPrefix("127.") { return host.allSatisfy { $0 == "." || ("0"..."9").contains($0) } }
            return host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
        }
    }

    /// Where the database is, for people: host, port and database, and nothing secret.
    package func shown() throws -> String {
        let found = try keywords()
        func value(_ keyword: String) -> String? { found.first { $0.keyword == keyword }?.value }
        let host = value("host") ?? value("hostaddr") ?? "the local socket"
        return [host, value("port"), value("dbname")].compactMap(\.self).joined(separator: " ")
    }

    /// Opens a connection; takes as long as the server does, and seconds when there is none.
    ///
    /// - Parameters:
    ///   - settings: What holds for every transaction.
    ///   - planning: Whether the server keeps statements.
    /// - Returns: The session.
    /// - Throws: ``PostgresError`` without a password, ``DatabaseAddressError``.
    func connect(_ settings: Session.Settings, _ planning: Planning = Planning()) throws -> Session {
        Session(try connection(), settings, planning)
    }

    /// Opens a connection that hears what is said on a channel.
    func listen(to channel: String) throws -> Ears { try Ears(connection(), channel: channel) }

    private func connection() throws -> OpaquePointer {
        let copies = try keywords().map { (strdup($0.keyword), strdup($0.value)) }
        defer {
            for (name, value) in copies {
                free(name)
                free(value)
            }
        }
        let names = copies.map { UnsafePointer($0.0) } + [nil]
        let values = copies.map { UnsafePointer($0.1) } + [nil]
        guard let connection = PQconnectdbParams(names, values, 0) else {
            throw PostgresError(state: nil, message: "there is no memory for a connection")
        }
        // By itself libpq prints what the server remarks among the lines of the log; what is an error is thrown as one.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQstatus(connection) == CONNECTION_OK else {
            let words = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
            let lines = words.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
            PQfinish(connection)
            throw PostgresError(refusal: lines.joined(separator: "; "))
        }
        return connection
    }
}

/// An address that cannot be used.
package struct DatabaseAddressError: Error, Hashable, CustomStringConvertible {
    /// A service's file could lead to another server, which nobody would see in the address.
    static let service = DatabaseAddressError(
        "names a service, with `service` or PGSERVICE: write what the service says into the address, and unset PGSERVICE"
    )

    private let reason: String

    init(_ reason: String) { self.reason = reason }

    package var description: String { "the database's address \(reason)" }
}
