/// Names as people write them: `guard-duty`, `Guard Duty` and `GuardDuty` are one product.
///
/// ASCII case does not count, nor do spaces, hyphens and underscores, except between two digits, where they keep numbers
/// apart (`CIS-1-1` is not `CIS-11`). Words with `*` are not read so: `CIS-*` would take what begins with `CISA`.
enum SpokenName {
    /// The name with everything taken out that does not count.
    ///
    /// - Parameters:
    ///   - text: UTF-8 of the name.
    ///   - attribute: Where it is compared; see ``FieldValues/Attribute``.
    /// - Returns: What two spellings of one name have in common.
    static func folded(_ text: some Sequence<UInt8>, at attribute: FieldValues.Attribute) -> [UInt8] {
        var folded: [UInt8] = []
        var isApart = false
        for byte in text {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "_"): isApart = true
            // AWS::S3::Bucket, AwsS3Bucket and AWS_S3_BUCKET.
            case UInt8(ascii: ":") where attribute == .resourceTypeName: break
            default:
                if isApart, isDigit(byte), let last = folded.last, isDigit(last) { folded.append(UInt8(ascii: "-")) }
                isApart = false
                folded.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
        }
        guard attribute == .productName, let known = products[folded] else { return folded }
        return known
    }

    /// What a value is found under.
    static func values(of text: String, at attribute: FieldValues.Attribute) -> [[UInt8]] {
        let name = folded(text.utf8, at: attribute)
        // "guardduty" means aws.guardduty; "aws.guardduty" never means a custom source of the shorter name.
        guard attribute == .sourceName, name.starts(with: prefix) else { return [name] }
        return [name, Array(name.dropFirst(prefix.count))]
    }

    static let prefix = Array("aws.".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Other names of the products of AWS, folded.
    private static let products: [[UInt8]: [UInt8]] = {
        var names: [[UInt8]: [UInt8]] = [:]
        for (name, others) in KnownProducts.aws {
            let own = Array(name.lowercased().utf8.filter { $0 != UInt8(ascii: " ") })
            for other in [name] + others {
                let folded = Array(other.lowercased().utf8.filter { $0 != UInt8(ascii: " ") })
                names[folded] = own
                for vendor in ["aws", "amazon"] { names[Array(vendor.utf8) + folded] = own }
            }
        }
        return names
    }()
}
