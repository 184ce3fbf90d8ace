import NoroshiTestSupport
import Store
import Testing
import Triage

@testable import PostgresStore

@Suite("values on their way to PostgreSQL and back")
struct PostgresValueTests {
    /// Runs the body in a transaction on the server that tests share.
    private func with(_ body: (Session) throws -> Void) throws {
        let address = try PostgresServer.shared().address
        let settings = Session.Settings(schema: "public", statementTimeout: 10_000, idleTimeout: 10_000)
        try DatabaseAddress { address }.connect(settings).transaction(body)
    }

    @Test(
        "a text comes back as it was, whatever is in it",
        arguments: [
            "", "plain", "a\u{0}b", "\u{0}", "\u{F0000}", "\u{F0000}0", "\u{0}\u{F0000}1\u{0}", "é🚨\u{F0001}",
            "{\"a\",\\N}",
        ]
    )
    func text(text: String) throws {
        try with { session in
            let row = try session.first("SELECT $1::text, $2::text[]", [text, [text, "b"]]) { row in
                (try row.text(0), try row.texts(1))
            }
            #expect(row?.0 == text && row?.1 == [text, "b"])
        }
    }

    @Test("numbers, bytes and what is missing come back as they were")
    func others() throws {
        try with { session in
            let row = try #require(
                try session.rows(
                    "SELECT $1::bigint, $2::float8, $3::bool, $4::bytea, $5::text, $6::smallint, $7::int",
                    [Int64.min, -0.1, true, Blob([0, 255, 1]), String?.none, Int64(-3), Int64(70_000)]
                ).first
            )
            let (least, real, flag) = (try row.integer(0), try row.real(1), try row.flag(2))
            #expect(least == .min && real == -0.1 && flag)
            let (bytes, small, middle) = (try row.bytes(3), try row.integer(5), try row.integer(6))
            #expect(bytes == [0, 255, 1] && row.isNull(4) && small == -3 && middle == 70_000)
        }
    }

    @Test("arrays keep their order, their gaps, and none at all")
    func arrays() throws {
        try with { session in
            let numbers: [Int64?] = [3, nil, .max]
            let rows = try session.all(
                "SELECT * FROM unnest($1::bigint[]) WITH ORDINALITY AS u(v, n) ORDER BY n",
                [numbers]
            ) {
                try $0.optionalInteger(0)
            }
            #expect(rows == numbers)
            let none = try session.integer("SELECT cardinality($1::text[])", [[String]()])
            #expect(none == 0)
        }
    }

    @Test("a value of another kind is an error, and not a guess")
    func kinds() throws {
        try with { session in
            let row = try #require(try session.rows("SELECT 'x'::text, 1.5::numeric").first)
            #expect(throws: (any Error).self) { try row.integer(0) }
            #expect(throws: (any Error).self) { try row.real(1) }
        }
    }

    @Test("what is sent later is seen by the next question")
    func later() throws {
        try with { session in
            session.later("CREATE TEMPORARY TABLE seen(n bigint) ON COMMIT DROP")
            session.later("INSERT INTO seen VALUES (1), (2)")
            let sum = try session.integer("SELECT sum(n)::bigint FROM seen")
            #expect(sum == 3)
        }
    }

    @Test("of a failure that comes late the statement's own words are told, and nothing is done")
    func failure() throws {
        let error = #expect(throws: PostgresError.self) {
            try with { session in
                session.later("SELECT 1 / 0")
                try session.run("SELECT 1")
            }
        }
        #expect(error?.state == "22012")
    }

    @Test("of several streams the entry that the server took first comes first, and each stream keeps its order")
    func merging() {
        func head(_ stream: Int64, _ sequence: Int64, _ at: Double) -> JournalRows.Head {
            JournalRows.Head(
                position: JournalCursor.position(stream: stream, sequence: sequence),
                acceptedAt: at,
                size: 1,
                day: 0
            )
        }
        // The server's clock went back within the stream 0.
        let heads = [head(0, 1, 5), head(0, 2, 1), head(1, 1, 3), head(1, 2, 6)]
        let order = JournalRows.merged(heads, limit: 10).map { "\($0.position >> 40).\($0.position & 0xFF)" }
        #expect(order == ["1.1", "0.1", "0.2", "1.2"])
        #expect(JournalRows.merged(heads, limit: 3).count == 3)
    }

    @Test(
        "a server elsewhere is verified, one on this machine is not, and what is asked for by name is done",
        arguments: [
            ("postgresql://u@db.example.com/n", "verify-full"), ("postgresql://u@10.0.0.1/n", "verify-full"),
            ("postgresql://u@127.0.0.1/n", nil), ("host=/run/postgresql user=u", nil),
            ("postgresql://u@127.0.0.1,db.example.com/n", "verify-full"),
            ("postgresql://u@db.example.com/n?sslmode=require", "require"),
        ] as [(String, String?)]
    )
    func verification(address: String, mode: String?) throws {
        let found = try DatabaseAddress(environment: [:]) { address }.keywords()
        #expect(found.last { $0.keyword == "sslmode" }?.value == mode)
    }

    @Test(
        "where libpq takes the server from the environment, it is verified all the same",
        arguments: [
            ("user=u", [:], nil), ("user=u", ["PGHOST": "db.example.com"], "verify-full"),
            ("host='' user=u", ["PGHOST": "db.example.com"], "verify-full"),
            ("postgresql:///n", ["PGHOSTADDR": "10.0.0.1"], "verify-full"),
            ("host=localhost", ["PGHOSTADDR": "10.0.0.1"], "verify-full"),
            ("user=u", ["PGHOST": "/run/postgresql"], nil), ("user=u", ["PGHOST": ""], nil),
            ("host=db.example.com", ["PGSSLMODE": "disable"], "verify-full"),
            ("host=db.example.com sslmode=''", ["PGSSLMODE": "disable"], "verify-full"),
            ("host=db.example.com sslmode=require", ["PGSSLMODE": "disable"], "require"),
            ("user=u", ["PGHOST": "db.example.com", "PGSSLMODE": "disable"], "verify-full"),
            ("host=127.example.com", [:], "verify-full"), ("host=127.0.0.2", [:], nil),
        ] as [(String, [String: String], String?)]
    )
    func inherited(address: String, environment: [String: String], mode: String?) throws {
        let address = DatabaseAddress(environment: environment) { address }
        let found = try address.keywords()
        #expect(found.last { $0.keyword == "sslmode" }?.value == mode)
        // What was decided by is what is handed to libpq, which asks the environment for nothing of it.
        for (variable, keyword) in [("PGHOST", "host"), ("PGHOSTADDR", "hostaddr")] {
            guard let value = environment[variable], value.isEmpty == false else { continue }
            #expect(found.contains { $0.keyword == keyword && $0.value == value })
            #expect(try address.shown().contains(value) || keyword == "hostaddr")
        }
    }

    @Test("certificates that the environment names are left to libpq")
    func inheritedCertificates() throws {
        let address = DatabaseAddress(environment: ["PGSSLROOTCERT": "/etc/own.pem"]) { "host=db.example.com" }
        #expect(try address.keywords().contains { $0.keyword == "sslrootcert" } == false)
    }

    @Test(
        "a service, whose file may say anything, is refused",
        arguments: [("service=other", [:]), ("host=localhost", ["PGSERVICE": "other"])]
            as [(String, [String: String])]
    )
    func service(address: String, environment: [String: String]) {
        let error = #expect(throws: DatabaseAddressError.self) {
            try DatabaseAddress(environment: environment) { address }.keywords()
        }
        #expect("\(String(describing: error))".contains("PGSERVICE"))
    }

    @Test(
        "what is wrong with an address is told without it",
        arguments: [
            "postgresql://u:geheim@[::1/n", "geheim", " ", "postgresql://u:abc@geheim@host/db",
            "postgresql://u:geheim/def@host/db", "host=db.example.com port=geheim", "postgresql://u@host/x@geheim",
        ]
    )
    func wrong(address: String) {
        let error = #expect(throws: DatabaseAddressError.self) { try DatabaseAddress { address }.keywords() }
        #expect("\(String(describing: error))".contains("geheim") == false)
    }

    @Test("applying rests three times as long as it has worked while many senders wait, and not for long")
    func givingWay() {
        var way = GivingWay()
        let start = ContinuousClock.now
        func rest(_ waiting: Int, at milliseconds: Int) -> Duration? {
            way.rest(waiting: waiting, now: start + .milliseconds(milliseconds))
        }
        #expect(rest(40, at: 0) == nil)
        #expect(rest(31, at: 20) == nil)
        #expect(rest(32, at: 50) == .milliseconds(90))
        // It went on at 140.
        #expect(rest(32, at: 150) == .milliseconds(30))
        #expect(rest(1, at: 190) == nil)
        #expect(rest(99, at: 9_000) == GivingWay.longest)
    }
}
