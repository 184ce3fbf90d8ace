/// A number as event patterns compare it.
///
/// A number whose nearest binary64 has it as its shortest decimal is compared by value (5 = 5.0 = 5e0, -0 = 0). Any
/// other (2^53 + 1, more than 17 significant digits, 1e400) equals only a number of the same spelling and lies in no
/// range.
struct PatternNumber: Sendable, Hashable {
    /// `nil` for a number that is not comparable.
    let value: Double?
    /// The spelling of a number that is not comparable, empty for every other.
    let spelling: String

    init(text: String) {
        if let value = PatternNumber.comparable(text) {
            self.value = value == 0 ? 0 : value
            spelling = ""
        } else {
            value = nil
            spelling = text
        }
    }

    private static func comparable(_ text: String) -> Double? {
        let digits = text.utf8.count
        guard let value = Double(text), value.isFinite else { return nil }
        // Up to 15 significant digits always survive the way to binary64 and back (IEEE 754-2019 §5.12.2).
        if digits <= 15, text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) == false { return value }
        return Decimal(text) == Decimal(value.description) ? value : nil
    }

    /// A decimal number in one spelling: significant digits without zeros at either end, and the place of the point.
    private struct Decimal: Equatable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        /// - Parameter text: A JSON number, or what `Double.description` writes for a finite one.
        init(_ text: String) {
            var pointSeen = false
            var utf8 = Array(text.utf8)[...]
            if utf8.first == UInt8(ascii: "-") {
                isNegative = true
                utf8 = utf8.dropFirst()
            }
            while let byte = utf8.first {
                utf8 = utf8.dropFirst()
                if byte == UInt8(ascii: ".") {
                    pointSeen = true
                } else if byte | 0x20 == UInt8(ascii: "e") {
                    exponent += Int(String(decoding: utf8, as: UTF8.self)) ?? 0
                    break
                } else {
                    digits.append(byte)
                    if pointSeen { exponent -= 1 }
                }
            }
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                exponent += 1
            }
            digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
            if digits.isEmpty {
                isNegative = false
                exponent = 0
            }
        }
    }
}

/// The range of a `numeric` operator.
struct NumericRange: Sendable, Hashable {
    var lower: Bound?
    var upper: Bound?

    struct Bound: Sendable, Hashable {
        var value: Double
        var isInclusive: Bool
    }

    func contains(_ number: PatternNumber) -> Bool {
        guard let value = number.value else { return false }
        if let lower, lower.isInclusive ? value < lower.value : value <= lower.value { return false }
        if let upper, upper.isInclusive ? value > upper.value : value >= upper.value { return false }
        return true
    }
}
