import Findings
import FoundationEssentials
import HTTPAPI
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing
import Triage

@Suite("API")
struct APIRoutesTests {
    private struct Reply {
        var status: Int
        var headers: HTTPFields
        var body: String
        var json: JSON
    }

    private func ask(
        _ roles: FakeRoles,
        _ method: HTTPRequest.Method,
        _ uri: String,
        headers: HTTPFields = [:],
        body: String? = nil,
        credentials: Credentials = .none,
        readiness: Readiness = Readiness()
    ) async throws -> Reply {
        try await Example.app(roles, credentials: credentials, readiness: readiness).test(.router) { client in
            let response = try await client.execute(
                uri: uri,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
            let text = String(buffer: response.body)
            return Reply(
                status: Int(response.status.code),
                headers: response.headers,
                body: text,
                json: try JSONDocument.parse(text.hasPrefix("{") ? text : "{}")
            )
        }
    }

    @Test(
        "a query that cannot be used names the parameter and what is allowed",
        arguments: [
            (
                "findings?severity=worse",
                "severity: expected one of UNKNOWN, INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL"
            ),
            ("findings?status=open", "status: expected one of ACTIVE, ACKNOWLEDGED, RESOLVED, found \"open\""),
            ("findings?disposition=lost", "disposition: expected one of routed, suppressed, unrouted"),
            ("findings?limit=0", "limit: expected one of 1 to 500, found \"0\""),
            ("findings?limit=501", "limit: expected one of 1 to 500"),
            ("findings?limit=5&limit=6", "limit: stands in the query more than once"),
            ("findings?account=", "account: expected a value, found none"),
            ("findings?colour=red", "\"colour\" is not a parameter of this path; allowed are account, region"),
            ("findings?text=%00", "text: expected a text without null characters"),
            ("findings?account=1%002", "account: expected a text without null characters"),
            ("deliveries?rule=severe%00", "rule: expected a text without null characters"),
            ("findings?text=%ff", "the query is not percent-encoded UTF-8"),
            ("findings?text=%2", "the query is not percent-encoded UTF-8"),
            ("findings?cursor=nonsense", "cursor: the cursor is not one that this listing gave out"),
            ("deliveries?state=dead,lost", "state: expected one of pending, sending, delivered, dead, diverted"),
            ("deliveries?since=yesterday", "since: expected a date such as 2026-01-31T08:15:00Z (RFC 3339)"),
            ("deliveries?until=2026-02-31T00:00:00Z", "until: expected a date"),
            ("deliveries?until=2026-02-28T24:30:00Z", "until: expected a date"),
            ("deliveries?until=2026-02-28T00:00:00", "until: expected a date"),
            ("status?verbose=1", "\"verbose\" is not a parameter of this path; none is taken here"),
            ("deliveries/redrive?dryRun=yes", "dryRun: expected one of true, false, found \"yes\""),
        ]
    )
    func badQuery(path: String, expected: String) async throws {
        let method: HTTPRequest.Method = path.contains("redrive") ? .post : .get
        let reply = try await ask(FakeRoles(Example.state), method, "/api/v1/\(path)", body: "{}")
        #expect(reply.status == 400)
        #expect(reply.headers[.contentType] == "application/problem+json")
        let details = reply.json["errors"]?.elements.compactMap { $0["detail"]?.string } ?? []
        #expect(details.contains { $0.hasPrefix(expected) }, "\(details)")
    }

    @Test(
        "a body that cannot be used names the place",
        arguments: [
            ("deliveries/redrive", "", nil, "The body is empty"),
            ("deliveries/redrive", "[]", "", "expected an object, found an array"),
            ("deliveries/redrive", "{\"rule\":1}", "/rule", "expected a string, found a number"),
            ("deliveries/redrive", "{\"rule\":\"\"}", "/rule", "expected a text, found an empty one"),
            ("deliveries/redrive", "{\"rule\":\"a\\u0000\"}", "/rule", "expected a text without null characters"),
            ("deliveries/redrive", "{\"a/b~\":1}", "/a~1b~0", "the key is not known; allowed are destination, rule"),
            ("deliveries/redrive", "{\"rule\":\"a\",\"rule\":\"b\"}", "/rule", "the key stands there more than once"),
            ("deliveries/redrive", "{\"since\":\"now\"}", "/since", "expected a date"),
            ("deliveries/redrive", "{\"rule\"", nil, "end"),
            ("destinations/secops/pause", "{}", "/reason", "expected a string, found nothing"),
            ("destinations/secops/pause", "{\"reason\":\"a\\nb\"}", "/reason", "expected one line"),
            ("destinations/secops/resume", "{\"now\":true}", "/now", "the key is not known; none is taken here"),
            ("routes/reload", "{\"force\":true}", "/force", "the key is not known"),
        ] as [(String, String, String?, String)]
    )
    func badBody(path: String, body: String, pointer: String?, expected: String) async throws {
        let reply = try await ask(FakeRoles(Example.state), .post, "/api/v1/\(path)", body: body)
        #expect(reply.status == 400)
        let error = reply.json["errors"]?.elements.first
        #expect(error?["pointer"]?.string == pointer)
        #expect(reply.body.contains(expected), "\(reply.body)")
    }

    @Test(
        "what does not exist is 404, another method 405, text posted by a page 415",
        arguments: [
            (HTTPRequest.Method.get, "findings/nothing", 404), (.get, "deliveries/nothing", 404),
            (.post, "deliveries/nothing/retry", 404), (.post, "destinations/nothing/pause", 404),
            (.post, "destinations/nothing/resume", 404), (.get, "routes/versions/2", 404),
            (.get, "routes/versions/x", 404), (.get, "findings/%ff", 404),
            (.get, "findings/f1%00", 404), (.get, "deliveries/\(Example.id(1))%00", 404), (.delete, "findings/f1", 405),
            (.post, "status", 405), (.get, "deliveries/\(Example.id(1))/retry", 405),
        ]
    )
    func refusals(method: HTTPRequest.Method, path: String, status: Int) async throws {
        let body = path.hasSuffix("pause") ? #"{"reason":"r"}"# : nil
        let reply = try await ask(FakeRoles(Example.state), method, "/api/v1/\(path)", body: body)
        #expect(reply.status == status)
        #expect(reply.headers[.contentType] == "application/problem+json")
        #expect((reply.headers[.allow] != nil) == (status == 405))
    }

    @Test("a body of another media type is refused, as only scripts with permission can send JSON")
    func mediaType() async throws {
        let headers: HTTPFields = [.contentType: "text/plain"]
        let reply = try await ask(
            FakeRoles(Example.state),
            .post,
            "/api/v1/deliveries/redrive",
            headers: headers,
            body: "{}"
        )
        #expect(reply.status == 415)
    }

    @Test("everything below /api/v1 and the metrics ask for a token; the probes do not")
    func authentication() async throws {
        let credentials = Credentials(tokens: [(name: "token.ops", secret: "s3cret")])
        let roles = FakeRoles(Example.state)
        for route in try Example.router(roles).routes where route.method == .get {
            let path = "/" + route.path.description.split(separator: "/").joined(separator: "/")
            let isProbe = path == "/livez" || path == "/readyz"
            let reply = try await ask(roles, .get, path, credentials: credentials)
            #expect((reply.status == 401) == (isProbe == false), "\(path)")
        }
        let headers: HTTPFields = [.authorization: "Bearer s3cret"]
        let reply = try await ask(roles, .post, "/api/v1/routes/reload", headers: headers, credentials: credentials)
        #expect(reply.status == 200)
        #expect(roles.state.withLock { $0.author } == "api:token.ops")
    }

    /// Whatever a path needs is checked before the path's own parameters are.
    @Test("each role may ask for what it is for, and every other route answers it 403")
    func roleLimits() async throws {
        let secrets = Role.allCases.map { (name: "token.\($0.rawValue)", secret: $0.rawValue) }
        let credentials = Credentials(
            tokens: secrets,
            roles: Dictionary(uniqueKeysWithValues: Role.allCases.map { ("token.\($0.rawValue)", $0) })
        )
        let reads = ["/api/v1/explain", "/api/v1/replays", "/api/v1/sessions"]
        let edits = ["/api/v1/routes", "/api/v1/drafts", "/api/v1/shadow"]
        for route in try Example.router(FakeRoles(Example.state)).routes {
            let path = "/" + route.path.description.split(separator: "/").joined(separator: "/")
            guard path != "/livez", path != "/readyz", route.method != .head else { continue }
            let isPreview = path.hasSuffix("/preview")
            let deed: Deed =
                route.method == .get || isPreview || reads.contains(where: path.hasPrefix)
                ? .read : edits.contains(where: path.hasPrefix) ? .edit : .respond
            for role in Role.allCases {
                let reply = try await ask(
                    FakeRoles(Example.state),
                    route.method,
                    path,
                    headers: [.authorization: "Bearer \(role.rawValue)"],
                    credentials: credentials
                )
                #expect((reply.status == 403) != role.allows(deed), "\(role) \(route.method) \(path)")
            }
        }
    }

    @Test("filters reach the store as they were meant")
    func filters() async throws {
        let roles = FakeRoles(Example.state)
        let query =
            "severity=high&status=active&kind=guardduty&disposition=routed&text=a+b%26c&account=1&region=r&destination=d"
        _ = try await ask(roles, .get, "/api/v1/findings?\(query)")
        let wanted = FindingFilter(
            account: "1",
            region: "r",
            severities: [.high],
            status: .active,
            kind: .guardDuty,
            destination: "d",
            disposition: "routed",
            text: "a b&c"
        )
        #expect(roles.state.withLock { $0.findingFilter } == wanted)

        let since = "since=2026-01-31T08:15:00.5%2B01:00&until=2026-02-01T00:00:00Z"
        _ = try await ask(roles, .get, "/api/v1/deliveries?state=dead,pending&destination=d&errorClass=tls&\(since)")
        let filter = roles.state.withLock { $0.notificationFilter }
        #expect(filter?.states == [.dead, .pending])
        #expect(filter?.destination == "d")
        #expect(filter?.errorClass == "tls")
        #expect(filter?.createdAfter?.timeIntervalSince1970 == 1_769_843_700.5)
        #expect(filter?.createdBefore?.timeIntervalSince1970 == 1_769_904_000)
    }

    @Test("pages follow one another until there is no next")
    func pages() async throws {
        let roles = FakeRoles(Example.state)
        var ids: [String] = []
        var cursor = ""
        repeat {
            let reply = try await ask(roles, .get, "/api/v1/deliveries?limit=2\(cursor)")
            ids += reply.json["items"]?.elements.compactMap { $0["id"]?.string } ?? []
            cursor = reply.json["next"]?.string.map { "&cursor=\($0)" } ?? ""
        } while cursor.isEmpty == false
        #expect(ids == [Example.id(1), Example.id(2), Example.id(3)])
    }

    @Test("a delivery that is dead can be sent again, one that is delivered cannot")
    func retry() async throws {
        let roles = FakeRoles(Example.state)
        let dead = try await ask(roles, .post, "/api/v1/deliveries/\(Example.id(2))/retry")
        #expect(dead.status == 200)
        #expect(dead.json["state"]?.string == "pending")
        let delivered = try await ask(roles, .post, "/api/v1/deliveries/\(Example.id(1))/retry")
        #expect(delivered.status == 409)
        #expect(delivered.json["detail"]?.string?.contains("is delivered") == true)
    }

    @Test("a redrive can be tried dry first", arguments: [true, false])
    func redrive(dryRun: Bool) async throws {
        let roles = FakeRoles(Example.state)
        let uri = "/api/v1/deliveries/redrive\(dryRun ? "?dryRun=true" : "")"
        let reply = try await ask(roles, .post, uri, body: #"{"destination":"secops"}"#)
        #expect(reply.json["count"]?.integer == 1)
        #expect(reply.json["dryRun"]?.bool == dryRun)
        #expect((reply.json["oldest"]?.string != nil) == dryRun)
        let asked = roles.state.withLock { $0.redrive }
        #expect(asked?.dryRun == dryRun)
        #expect(asked?.filter == NotificationFilter(destination: "secops"))
    }

    @Test(
        "a redrive of another number than was counted is refused with the number of now",
        arguments: [("1", 200), ("0", 409), ("2", 409), ("-1", 400), ("1.5", 400), ("\"1\"", 400)]
    )
    func expectedRedrive(expect: String, status: Int) async throws {
        let roles = FakeRoles(Example.state)
        let reply = try await ask(roles, .post, "/api/v1/deliveries/redrive", body: "{\"expect\":\(expect)}")
        #expect(reply.status == status)
        if status != 400 { #expect(reply.json["count"]?.integer == 1) }
        // Whoever only counts expects nothing.
        let dry = try await ask(roles, .post, "/api/v1/deliveries/redrive?dryRun=true", body: #"{"expect":9}"#)
        #expect(dry.status == 200)
    }

    @Test("a destination is paused with a reason and resumed, and its state is answered")
    func pauseAndResume() async throws {
        let roles = FakeRoles(Example.state)
        let paused = try await ask(roles, .post, "/api/v1/destinations/secops/pause", body: #"{"reason":"moving"}"#)
        #expect(paused.json["state"]?.string == "paused")
        #expect(paused.json["reason"]?.string == "moving")
        let resumed = try await ask(roles, .post, "/api/v1/destinations/secops/resume")
        #expect(resumed.json["state"]?.string == "open")
        let unknown = try await ask(roles, .post, "/api/v1/destinations/no/resume")
        #expect(unknown.json["detail"]?.string?.contains("there are secops") == true)
    }

    @Test("destinations that only earlier rules name are shown while messages of theirs are here")
    func removedDestination() async throws {
        let reply = try await ask(FakeRoles(Example.state), .get, "/api/v1/destinations")
        let items = reply.json["items"]?.elements ?? []
        #expect(items.compactMap { $0["name"]?.string } == ["secops", "gone"])
        #expect(items.last?["state"]?.string == "removed")
        #expect(items.last?["backlog"]?["dead"]?.integer == 4)
    }

    @Test("the rules are answered with an entity tag, and not again to whoever knows them")
    func entityTag() async throws {
        let roles = FakeRoles(Example.state)
        let first = try await ask(roles, .get, "/api/v1/routes")
        let tag = try #require(first.headers[.eTag])
        #expect(first.json["document"]?["rules"]?.elements.first?["name"]?.string == "severe")
        for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let again = try await ask(roles, .get, "/api/v1/routes", headers: [.ifNoneMatch: known])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again.headers[.eTag] == tag)
        }
        let other = try await ask(roles, .get, "/api/v1/routes", headers: [.ifNoneMatch: "\"x\""])
        #expect(other.status == 200)
    }

    @Test("a bad file is refused with every line of what is wrong")
    func refusedReload() async throws {
        let roles = FakeRoles(Example.state)
        roles.state.withLock { $0.reload = .refused(["routes.json:1:2: error: a", "routes.json:3:4: error: b"]) }
        let reply = try await ask(roles, .post, "/api/v1/routes/reload")
        #expect(reply.status == 422)
        #expect(reply.json["errors"]?.elements.count == 2)
    }

    @Test("ready means that the store answers, rules are in force and nobody shuts down")
    func ready() async throws {
        let roles = FakeRoles(Example.state)
        #expect(try await ask(roles, .get, "/readyz").status == 200)
        let draining = Readiness()
        draining.drain()
        let leaving = try await ask(roles, .get, "/readyz", readiness: draining)
        #expect(leaving.status == 503)
        #expect(leaving.json["checks"]?["serving"]?.string == "failed")
        #expect(leaving.json["checks"]?["store"]?.string == "ok")
        roles.state.withLock { $0.health.trouble = StoreTrouble(.diskFull) }
        let full = try await ask(roles, .get, "/readyz")
        #expect(full.status == 503)
        #expect(
            full.json["checks"]?["store"]?.string == "the disk is full: new requests are refused until there is room"
        )
        #expect(try await ask(roles, .get, "/api/v1/status").json["diskFull"]?.bool == true)
        roles.state.withLock { state in
            state.health.trouble = nil
            state.isBroken = true
        }
        let broken = try await ask(roles, .get, "/readyz")
        #expect(broken.status == 503)
        #expect(broken.json["checks"]?["store"]?.string == "failed")
        #expect(try await ask(roles, .get, "/livez").status == 200)
    }

    @Test(
        "whatever refuses requests or holds up the work fails readiness with its reason, and the status shows it",
        arguments: StoreTrouble.Kind.allCases
    )
    func trouble(kind: StoreTrouble.Kind) async throws {
        let roles = FakeRoles(Example.state)
        let trouble = StoreTrouble(kind, "errno 5")
        roles.state.withLock { $0.health.trouble = trouble }
        let unready = try await ask(roles, .get, "/readyz")
        #expect(unready.status == 503)
        #expect(unready.json["checks"]?["store"]?.string == "\(trouble)")
        let status = try await ask(roles, .get, "/api/v1/status").json
        #expect(status["store"]?["trouble"]?["kind"]?.string == kind.rawValue)
        #expect(status["diskFull"]?.bool == (kind == .diskFull))
        let metrics = try await ask(roles, .get, "/metrics").body
        #expect(metrics.contains("noroshi_store_trouble{kind=\"\(kind.rawValue)\"} 1"))
    }

    @Test(
        "damage, and a part that does not work, fail readiness until it works again",
        arguments: WorkReports.Part.allCases
    )
    func failingPart(part: WorkReports.Part) async throws {
        let roles = FakeRoles(Example.state)
        roles.reports.failed(part, "working", because: "no such table")
        let unready = try await ask(roles, .get, "/readyz")
        #expect(unready.status == 503)
        #expect(unready.json["checks"]?[part.rawValue]?.string?.contains("no such table") == true)
        let status = try await ask(roles, .get, "/api/v1/status").json
        #expect(status["work"]?[part.rawValue]?.string?.contains("no such table") == true)
        roles.reports.succeeded(part, "working")
        #expect(try await ask(roles, .get, "/readyz").status == 200)
        roles.state.withLock { $0.health.damage = "malformed" }
        #expect(try await ask(roles, .get, "/readyz").status == 503)
    }

    @Test("a source that fails is told to whoever may read, by its kind to everybody, and keeps no request away")
    func sources() async throws {
        let roles = FakeRoles(Example.state)
        #expect(try await ask(roles, .get, "/api/v1/sources").json["sources"]?.elements.isEmpty == true)
        var well = SourceState(name: "well", type: "sqs", queue: "https://q/1", region: "eu-west-1", pollers: 2)
        well.phase = .pulling
        well.lastMessageAt = Example.now - 60
        well.oldestSentAt = Example.now - 90
        well.counts.received = 7
        var ill = SourceState(name: "ill", type: "sqs", queue: "https://q/2", region: "eu-west-1", pollers: 1)
        ill.phase = .failing
        ill.failure = .init(kind: .denied, reason: "User: arn:aws:x may not", since: Example.now - 320, tries: 9)
        let states = [well, ill]
        roles.state.withLock { $0.sources = states }
        let listed = try await ask(roles, .get, "/api/v1/sources").json["sources"]?.elements ?? []
        #expect(listed.map { $0["state"]?.string } == ["pulling", "failing"])
        #expect(listed.first?["oldestAgeSeconds"]?.integer == 90)
        #expect(listed.last?["failure"]?["problem"]?.string == "User: arn:aws:x may not")
        let ready = try await ask(roles, .get, "/readyz")
        #expect(ready.status == 200)
        #expect(ready.json["sources"]?["well"]?.string == "ok")
        #expect(ready.json["sources"]?["ill"]?.string == "failing for 320 s: access denied")
        #expect(ready.body.contains("arn:aws") == false)
        let metrics = try await ask(roles, .get, "/metrics").body
        #expect(metrics.contains(#"noroshi_source_failing_seconds{source="ill"} 320"#))
        #expect(metrics.contains(#"noroshi_source_oldest_message_age_seconds{source="well"} 90"#))
        #expect(metrics.contains(#"noroshi_source_messages_received_total{source="well"} 7"#))
    }

    @Test("nodes are listed with what each does, and whoever answers says which it is")
    func nodes() async throws {
        let roles = FakeRoles(Example.shared)
        let answer = try await ask(roles, .get, "/api/v1/nodes").json
        let nodes = answer["nodes"]?.elements ?? []
        #expect(answer["shared"]?.bool == true)
        #expect(nodes.map { $0["number"]?.integer } == [3, 4])
        #expect(nodes.map { $0["this"]?.bool } == [false, true])
        #expect(nodes.map { $0["leads"]?.bool } == [true, false])
        #expect(nodes.map { $0["housekeeping"]?.bool } == [false, true])
        let lanes = nodes.first?["lanes"]?.elements ?? []
        #expect(lanes.map { $0["lane"]?.string } == ["1f", "2e"])
        // No destination of the rules in force is of the other lane.
        #expect(lanes.map { $0["destinations"]?.elements.compactMap(\.string) } == [["secops"], []])
        #expect(lanes.first?["since"]?.string == "2026-09-21T14:03:20.250Z")
        #expect(nodes.last?["lanes"]?.elements.isEmpty == true)
        let status = try await ask(roles, .get, "/api/v1/status").json["node"]
        #expect(status?["number"]?.integer == 4 && status?["name"]?.string == "west/42")
        #expect(status?["leads"]?.bool == false)
    }

    @Test("a process that works alone does everything, under the number 0")
    func soleNode() async throws {
        let answer = try await ask(FakeRoles(Example.state), .get, "/api/v1/nodes").json
        #expect(answer["shared"]?.bool == false)
        let node = try #require(answer["nodes"]?.elements.first)
        #expect(node["number"]?.integer == 0 && node["leads"]?.bool == true && node["housekeeping"]?.bool == true)
        #expect(node["lanes"]?.elements.first?["destinations"]?.elements.compactMap(\.string) == ["secops"])
    }

    @Test("a node whose clock is off is ready, and says why others lead and send", arguments: [0, 1.9, -4.25, 3])
    func clockOff(skew: Double) async throws {
        var state = Example.shared
        state.clockSkew = skew
        let reply = try await ask(FakeRoles(state), .get, "/readyz")
        #expect(reply.status == 200)
        let rest = "the database's: it accepts, and leaves leading and sending to nodes whose clocks are right"
        let words =
            switch skew {
            case 3: "follows; its clock is 3 s behind \(rest)"
            case -4.25: "follows; its clock is 4.3 s ahead of \(rest)"
            default: "follows"
            }
        #expect(reply.json["node"]?.string == words)
        #expect(try await ask(FakeRoles(Example.state), .get, "/readyz").json["node"]?.string == "leads")
    }

    @Test("what stands aside is listed, and is tried again one by one or all at once")
    func setAside() async throws {
        let roles = FakeRoles(Example.state)
        let date = Date(timeIntervalSince1970: 0)
        roles.state.withLock { state in
            state.setAside = [3, 7].map {
                SetAsideEntry(position: $0, receivedAt: date, observations: 2, setAsideAt: date, reason: "malformed")
            }
        }
        let listed = try await ask(roles, .get, "/api/v1/set-aside").json["items"]?.elements
        #expect(listed?.map { $0["position"]?.integer } == [3, 7])
        #expect(try await ask(roles, .post, "/api/v1/set-aside/4/retry").status == 404)
        #expect(try await ask(roles, .post, "/api/v1/set-aside/x/retry").status == 404)
        let one = try await ask(roles, .post, "/api/v1/set-aside/3/retry")
        #expect(one.status == 202 && one.json["retrying"]?.integer == 1)
        #expect(roles.state.withLock { $0.setAside.map(\.isWanted) } == [true, false])
        #expect(try await ask(roles, .post, "/api/v1/set-aside/all/retry").json["retrying"]?.integer == 2)
    }

    @Test("the status holds the promise in its own words")
    func status() async throws {
        let reply = try await ask(FakeRoles(Example.state), .get, "/api/v1/status")
        let totals = try #require(reply.json["totals"])
        func number(_ key: String) -> Int { totals[key]?.integer ?? -1 }
        #expect(totals["balanced"]?.bool == true)
        #expect(number("accepted") == number("waiting") + number("routed") + number("suppressed") + number("unrouted"))
        let held = totals["held"]?.members.compactMap(\.value.integer).reduce(0, +)
        #expect(number("due") == number("delivered") + number("pending") + number("dead") + (held ?? -1))
        #expect(reply.json["diskFull"]?.bool == false)
        #expect(reply.json["uptimeSeconds"]?.integer == 100)
        #expect(reply.json["startedAt"]?.string == "2026-09-21T14:11:40.250Z")
    }

    @Test("a step of the wall clock is shown, with its length and when it was")
    func clockStep() async throws {
        let roles = FakeRoles(Example.state)
        let before = try await ask(roles, .get, "/api/v1/status").json["clock"]
        #expect(before?["steps"]?.integer == 0 && before?["lastStepAt"]?.isNull == true)
        roles.clock.add(.init(seconds: -3_600.4, at: Date(timeIntervalSince1970: 1_790_000_000)))
        let after = try await ask(roles, .get, "/api/v1/status").json["clock"]
        #expect(after?["steps"]?.integer == 1 && after?["lastStepSeconds"]?.integer == -3_600)
        #expect(after?["lastStepAt"]?.string == "2026-09-21T14:13:20Z")
    }

    @Test("HEAD answers wherever GET does, without a body")
    func head() async throws {
        let reply = try await ask(FakeRoles(Example.state), .head, "/api/v1/status")
        #expect(reply.status == 200)
        #expect(reply.body.isEmpty)
    }
}
