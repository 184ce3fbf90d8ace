extension KnownResources {
    /// What was probably meant by a type in the spelling of Config, `AWS::S3::Buckett`; `nil` for one that may well be right.
    ///
    /// The service or the type has to be a known one, and the other a letter or two away from what goes with it: names of
    /// AWS are short and alike.
    static func nearestOfConfig(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "AWS", parts[1].isEmpty, parts[3].isEmpty, text.contains("*") == false
        else {
            return nil
        }
        let (service, type) = (String(parts[2]), String(parts[4]))
        let ofService = security.compactMap { $0.after("Aws\(service)") }
        if ofService.isEmpty == false {
            return ofService.first { NearestWord.isSlip(type, for: $0) }.map { "AWS::\(service)::\($0)" }
        }
        let ofType = security.compactMap { name in
            name.after("Aws").flatMap { rest in
                rest.lowercased().hasSuffix(type.lowercased()) ? String(rest.dropLast(type.count)) : nil
            }
        }
        return ofType.first { NearestWord.isSlip(service, for: $0) }.map { "AWS::\($0)::\(type)" }
    }
}

extension String {
    /// What stands behind a beginning that ends where a new word begins, in whatever case; `nil` without it.
    fileprivate func after(_ beginning: String) -> String? {
        guard lowercased().hasPrefix(beginning.lowercased()) else { return nil }
        let rest = dropFirst(beginning.count)
        return rest.first?.isUppercase == true ? String(rest) : nil
    }
}
