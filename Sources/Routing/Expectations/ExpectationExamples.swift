/// Where the examples are that expectations name.
package struct ExpectationExamples: Sendable {
    /// Why an example is not at hand, as a clause.
    package struct Unavailable: Error, Hashable {
        package var reason: String

        package init(_ reason: String) { self.reason = reason }
    }

    private let find: @Sendable (String) -> Result<[UInt8], Unavailable>

    /// - Parameter find: Reads the example of a name that ``Expectation/isExampleName(_:)`` accepts.
    package init(_ find: @escaping @Sendable (String) -> Result<[UInt8], Unavailable>) { self.find = find }

    /// For where no file is near.
    package static let none = ExpectationExamples { name in
        .failure(Unavailable("there are no files beside the rules, and the example “\(name)” is one"))
    }

    /// The example of this name.
    func read(_ name: String) throws(Unavailable) -> [UInt8] { try find(name).get() }
}
