import Findings
import FoundationEssentials
import HTTPTypes

/// The part of a request's head that belongs to its content, and is written into the body so that it is stored in the journal
/// with it and is read again with it.
///
/// Sources: Data Firehose developer guide, "HTTP endpoint delivery request and response specifications"; CloudEvents 1.0.2,
/// HTTP protocol binding, binary content mode, of which the structured mode is the written form.
struct CarriedHead: Sendable {
    private enum Kind: Sendable {
        /// Members for the request's object.
        case firehose([JSONValue.Member])
        /// The attributes of a CloudEvent whose data is the body.
        case cloudEvent([JSONValue.Member], isJSON: Bool)
    }

    private let kind: Kind

    /// `nil` when nothing in the head belongs to the content.
    init?(_ headers: HTTPFields) {
        if headers[.cloudEventsVersion] != nil {
            let type = headers[.contentType]?.lowercased() ?? "application/json"
            // In structured and batched mode the body says everything itself.
            guard type.hasPrefix("application/cloudevents") == false else { return nil }
            let attributes = headers.compactMap { field -> JSONValue.Member? in
                let name = field.name.canonicalName
                guard name.hasPrefix("ce-"), name != "ce-data", name != "ce-data_base64" else { return nil }
                // Values are percent-encoded where they are not plain ASCII.
                return .init(String(name.dropFirst(3)), .string(field.value.percentDecoded() ?? field.value))
            }
            kind = .cloudEvent(attributes, isJSON: type.contains("json"))
            return
        }
        var members: [JSONValue.Member] = []
        if let arn = headers[.firehoseSourceARN], arn.isEmpty == false {
            members.append(.init(FirehoseHead.sourceARN, .string(arn)))
        }
        if let text = headers[.firehoseCommonAttributes], let json = CarriedHead.parse(Array(text.utf8)) {
            members.append(.init(FirehoseHead.commonAttributes, .raw(json.text)))
        }
        guard members.isEmpty == false else { return nil }
        kind = .firehose(members)
    }

    /// The body with the head in it; a body that cannot take it is wrapped.
    func applied(to body: [UInt8]) -> [UInt8] {
        switch kind {
        case .firehose(let members): return firehose(members, body)
        case .cloudEvent(let attributes, let isJSON):
            // Not every text that is said to be JSON is; the walk says what is wrong with it.
            if isJSON, CarriedHead.parse(body) != nil { return CarriedHead.object(attributes, "data", body) }
            let data = JSONValue.string(Data(body).base64EncodedString())
            return JSONValue.object(attributes + [.init("data_base64", data)]).bytes
        }
    }

    private func firehose(_ members: [JSONValue.Member], _ body: [UInt8]) -> [UInt8] {
        guard let start = body.firstIndex(where: { $0 > 0x20 }) else { return body }
        guard body[start] == UInt8(ascii: "{") else {
            let data = JSONValue.string(Data(body).base64EncodedString())
            return JSONValue.object(members + [.init(FirehoseHead.data, data)]).bytes
        }
        guard let next = body[(start + 1)...].firstIndex(where: { $0 > 0x20 }), body[next] == UInt8(ascii: "\"") else {
            return body
        }
        // Before the request's own members: of two with one name the last counts.
        var out = JSONValue.object(members).bytes
        out.removeLast()
        out.reserveCapacity(out.count + body.count + 1)
        out.append(UInt8(ascii: ","))
        out.append(contentsOf: body[next...])
        return out
    }

    /// An object of the members and of one more, whose value is written as it is.
    private static func object(_ members: [JSONValue.Member], _ name: String, _ value: [UInt8]) -> [UInt8] {
        var out = JSONValue.object(members).bytes
        out.removeLast()
        if members.isEmpty == false { out.append(UInt8(ascii: ",")) }
        out.append(contentsOf: "\"\(name)\":".utf8)
        out.append(contentsOf: value.starts(with: [0xEF, 0xBB, 0xBF]) ? value[3...] : value[...])
        out.append(UInt8(ascii: "}"))
        return out
    }

    private static func parse(_ bytes: [UInt8]) -> JSON? {
        do {
            return try JSONDocument.parse(bytes)
        } catch {
            return nil
        }
    }
}
