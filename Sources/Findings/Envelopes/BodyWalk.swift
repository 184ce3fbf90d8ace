import FoundationEssentials

/// One pass through a request body: envelopes are opened until events and findings are reached.
struct BodyWalk {
    let defaults: SeverityDefaults
    let requestID: String?
    var items: [DecodedBody.Item] = []
    var firehoseRequestID: String?
    /// How many more bytes compressed parts may grow to, over the whole body.
    var inflatable = BodyWalk.maximumInflated

    /// How many more findings and other items are taken.
    private var room: Int
    /// Whether the body holds more than is taken; nothing of it is read any further then.
    private(set) var isFull = false

    /// How many envelopes may stand inside one another.
    static let maximumEnvelopes = 8
    static let maximumInflated = 64 << 20

    /// - Parameters:
    ///   - defaults: Severities for what AWS gives none.
    ///   - requestID: The redelivery key of events without one of their own.
    ///   - room: How many findings are taken; what is unreadable or means nothing counts like one, so that a body cannot
    ///     grow in memory.
    init(defaults: SeverityDefaults, requestID: String?, room: Int) {
        self.defaults = defaults
        self.requestID = requestID
        self.room = room
    }

    /// What is known about the envelopes around a value.
    struct Surroundings {
        var depth = 0
        /// The message whose text the value is: it vouches for texts and values that nothing else explains.
        var message: Message?
        /// What stands in for the account and the Region that a record lacks.
        var account: String?
        var region: String?
    }

    /// A message of a queue or topic, as far as findings are made of it.
    struct Message {
        var source: String
        var id: String
        var subject: String?
        /// The ARN of the topic or queue.
        var origin: String?
        var time: Date?

        var product: String { source == "aws.sns" ? "SNS" : "SQS" }

        /// The name of the topic or queue, for people.
        var originName: String { origin.flatMap(ARN.init)?.resource ?? origin ?? "an unnamed origin" }
    }

    mutating func decode(_ body: ParsedBody) throws(FindingDecodingError) -> DecodedBody {
        switch body.json {
        case .success(let json): value(json, Surroundings())
        case .failure(let error):
            guard body.bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
            if Gzip.isCompressed(body.bytes) {
                compressed(body.bytes, Surroundings())
            } else if lines(body.bytes, Surroundings()) == false, sequence(body.bytes[...], Surroundings()) == false,
                packed(body.bytes, Surroundings()) == false
            {
                throw .syntax(error)
            }
        }
        // Of a body that is not read to its end nobody can say so.
        if isFull == false { try requireSomethingReadable(body) }
        if let requestID { fillRedeliveryKeys(from: 0, with: requestID) }
        return DecodedBody(items: items, firehoseRequestID: firehoseRequestID)
    }

    private func requireSomethingReadable(_ body: ParsedBody) throws(FindingDecodingError) {
        guard firehoseRequestID == nil else { return }
        var firstReason: String?
        for item in items {
            guard case .unreadable(let unreadable) = item else { return }
            firstReason = firstReason ?? unreadable.reason
        }
        guard let firstReason else { throw .unrecognised("the body holds no events") }
        guard items.count > 1 else { throw .unrecognised(firstReason) }
        throw .unrecognised("none of the \(items.count) items can be read; the first: \(firstReason)")
    }

    /// Opens one value; everything in it is appended to ``items``.
    mutating func value(_ json: JSON, _ surroundings: Surroundings) {
        if isFull { return }
        switch json.kind {
        case .object: object(json, surroundings)
        case .array: array(json, surroundings)
        default:
            if let string = json.string {
                if packed(Array(string.utf8), surroundings) { return }
                // JSON that was written as a string of JSON.
                if let first = string.utf8.first(where: { $0 > 0x20 }),
                    first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
                {
                    return text(string, surroundings)
                }
            }
            if let message = surroundings.message { return messageText(json.string ?? json.text, message) }
            unreadable("expected an event or a finding, found \(json.kindName)\(json.location)", json.bytes)
        }
    }

    private mutating func array(_ json: JSON, _ surroundings: Surroundings) {
        guard surroundings.depth < BodyWalk.maximumEnvelopes else { return tooDeep(json.bytes) }
        if let pointer = PayloadPointer(json) { return unreadable(pointer.refusal, json.bytes) }
        var inner = surroundings
        inner.depth += 1
        for element in json.elements {
            if isFull { return }
            value(element, inner)
        }
    }

    /// The text of a message or record: JSON of any shape, NDJSON, or words.
    mutating func text(_ text: String, _ surroundings: Surroundings) {
        bytes(Array(text.utf8), surroundings)
    }

    mutating func bytes(_ bytes: [UInt8], _ surroundings: Surroundings) {
        guard surroundings.depth < BodyWalk.maximumEnvelopes else { return tooDeep(bytes[...]) }
        var inner = surroundings
        inner.depth += 1
        do {
            value(try JSONDocument.parse(bytes), inner)
        } catch {
            if Gzip.isCompressed(bytes) { return compressed(bytes, inner) }
            if lines(bytes, inner) || sequence(bytes[...], inner) || packed(bytes, inner) { return }
            if let message = surroundings.message, BodyWalk.isMeantAsJSON(bytes) == false {
                return messageText(String(decoding: bytes, as: UTF8.self), message)
            }
            unreadable(error.description, bytes[...])
        }
    }

    /// Whether a text that is not JSON was meant to be: then it is an error, not words.
    private static func isMeantAsJSON(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first(where: { $0 > 0x20 }), let last = bytes.last(where: { $0 > 0x20 }) else {
            return false
        }
        return (first == UInt8(ascii: "{") && last == UInt8(ascii: "}"))
            || (first == UInt8(ascii: "[") && last == UInt8(ascii: "]"))
    }

    /// Takes room for one finding or other item.
    ///
    /// - Returns: Whether there was any.
    mutating func claim() -> Bool {
        guard room > 0 else {
            isFull = true
            return false
        }
        room -= 1
        return true
    }

    mutating func nothing(_ reason: String) {
        guard claim() else { return }
        items.append(.nothing(reason))
    }

    mutating func unreadable(_ reason: String, _ bytes: ArraySlice<UInt8>) {
        guard claim() else { return }
        items.append(.unreadable(DecodedBody.Unreadable(reason: reason, bytes: Array(bytes))))
    }

    private mutating func tooDeep(_ bytes: ArraySlice<UInt8>) {
        unreadable("more than \(BodyWalk.maximumEnvelopes) envelopes inside one another", bytes)
    }

    /// Gives the events since `start` that have no redelivery key this one, numbered when there are several.
    ///
    /// A source that sends the same bytes again gets the same keys again, since the order in a body is fixed.
    mutating func fillRedeliveryKeys(from start: Int, with key: String) {
        let several = items.count - start > 1
        for index in start..<items.count {
            guard case .event(var event) = items[index], event.redeliveryKey == nil else { continue }
            event.redeliveryKey = several ? "\(key)/\(index - start)" : key
            items[index] = .event(event)
        }
    }
}
