/// Reads findings from whatever a source sends; what it is, the content tells.
///
/// Shapes: an EventBridge event, an array of events or findings, NDJSON, an SNS message, Lambda records of SNS and SQS,
/// `{"Findings":[…]}` and `{"findings":[…]}`, bare findings (ASFF, OCSF, GuardDuty, Inspector, Macie …), a CloudEvent, a
/// Firehose request, a CloudWatch Logs subscription payload, and each of them inside another.
package struct FindingDecoder: Sendable {
    /// Severities for what AWS gives none.
    package var defaults: SeverityDefaults

    /// How many findings one body may hold.
    package static let mostFindings = 10_000

    package init(defaults: SeverityDefaults = .documented) { self.defaults = defaults }

    /// Reads one request body.
    ///
    /// - Parameters:
    ///   - body: The body as received, bytes of any kind.
    ///   - requestID: Becomes the redelivery key of events that carry none of their own, with `/<index>` when there are
    ///     several; for instance `sns:<x-amz-sns-message-id>` of a raw delivery. A Firehose request without `requestId`
    ///     takes it as that.
    /// - Returns: Every item of the body in order, the unreadable ones with their reasons. At least one item is readable,
    ///   except in a Firehose request, whose envelope was read.
    /// - Throws: ``FindingDecodingError`` when nothing of the body could be read, or when it holds more than
    ///   ``mostFindings`` findings: then none of it is to be taken, for no part of it could be told from the rest.
    package func decode(
        _ body: [UInt8],
        requestID: String? = nil
    ) throws(FindingDecodingError) -> DecodedBody {
        try decode(ParsedBody(body), requestID: requestID)
    }

    /// Reads one request body that was parsed before, as by ``decode(_:requestID:)``.
    package func decode(
        _ body: ParsedBody,
        requestID: String? = nil
    ) throws(FindingDecodingError) -> DecodedBody {
        var walk = BodyWalk(defaults: defaults, requestID: requestID, room: FindingDecoder.mostFindings)
        let decoded = try walk.decode(body)
        guard walk.isFull == false else {
            throw .tooMany(limit: FindingDecoder.mostFindings, firehoseRequestID: decoded.firehoseRequestID)
        }
        return decoded
    }

    /// Reads a body again that was accepted before, perhaps by a version that took more of it or only its beginning.
    ///
    /// - Parameters:
    ///   - body: The body as received.
    ///   - requestID: As it was given to ``decode(_:requestID:)``.
    ///   - findings: How many findings were accepted.
    /// - Returns: Every item of the body in order, but not those after ``mostFindings`` or `findings` of them, whichever
    ///   is more.
    /// - Throws: ``FindingDecodingError`` when nothing of the body can be read any more; never for its size.
    package func decodeAgain(
        _ body: [UInt8],
        requestID: String?,
        accepted findings: Int
    ) throws(FindingDecodingError) -> DecodedBody {
        let room = max(FindingDecoder.mostFindings, findings)
        var walk = BodyWalk(defaults: defaults, requestID: requestID, room: room)
        return try walk.decode(ParsedBody(body))
    }
}

/// A request body parsed once, so that an SNS message can be verified before it is decoded.
package struct ParsedBody: Sendable {
    /// The body as received.
    package let bytes: [UInt8]
    let json: Result<JSON, JSONSyntaxError>

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        do {
            json = .success(try JSONDocument.parse(bytes))
        } catch {
            json = .failure(error)
        }
    }

    /// The SNS message that the whole body is, or `nil` when it is anything else.
    package var snsEnvelope: SNSEnvelope? {
        guard case .success(let json) = json else { return nil }
        return SNSEnvelope(json)
    }
}
