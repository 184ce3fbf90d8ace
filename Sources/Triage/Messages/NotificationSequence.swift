package import FoundationEssentials

/// Gives out notification ids that sort by creation.
///
/// An id is 32 lowercase hexadecimal digits: 12 of the time in milliseconds since 1970, 12 of the row's number in its
/// store, 8 of chance, so that two installations never share one. The time never runs backwards, whatever the clock does.
package struct NotificationSequence: Sendable {
    private var number: Int64
    private var millisecond: Int64

    /// - Parameters:
    ///   - last: The number of the newest notification in the store, 0 when there is none.
    ///   - lastID: Its id.
    package init(after last: Int64, lastID: String?) {
        number = last
        millisecond = lastID.flatMap { Int64($0.prefix(12), radix: 16) } ?? 0
    }

    /// The number and the id of the next notification.
    package mutating func next(now: Date) -> (number: Int64, id: String) {
        number += 1
        millisecond = max(millisecond, Int64(max(0, now.timeIntervalSince1970) * 1000))
        let chance = UInt32.random(in: .min ... .max)
        let id =
            hexadecimal(millisecond, digits: 12) + hexadecimal(number, digits: 12)
            + hexadecimal(Int64(chance), digits: 8)
        return (number, id)
    }

    /// The row number inside an id, `nil` when the text is no id.
    package static func number(in id: String) -> Int64? {
        let isID =
            id.utf8.count == 32
            && id.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
        guard isID else { return nil }
        return Int64(id.dropFirst(12).prefix(12), radix: 16)
    }

    private func hexadecimal(_ value: Int64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text.suffix(digits)
    }
}
