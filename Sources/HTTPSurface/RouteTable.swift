import HTTPTypes
import Hummingbird

/// Which methods every path takes, for the `Allow` header of a 405 (RFC 9110 §15.5.6).
struct RouteTable: Sendable {
    private var routes: [(segments: [Substring], methods: Set<String>)] = []

    init(_ router: Router<SurfaceContext>) {
        for route in router.routes {
            let segments = route.path.description.split(separator: "/")
            var methods: Set<String> = [route.method.rawValue]
            if route.method == .get { methods.insert("HEAD") }
            if let index = routes.firstIndex(where: { $0.segments == segments }) {
                routes[index].methods.formUnion(methods)
            } else {
                routes.append((segments: segments, methods: methods))
            }
        }
    }

    /// The methods of the route that fits the path, sorted; empty when there is no such path.
    ///
    /// A route that says a segment goes before one that has a parameter there, as the router has it.
    func methods(at path: String) -> [String] {
        let wanted = path.split(separator: "/")
        var fitting = routes.filter { RouteTable.fits($0.segments, wanted) }
        for index in wanted.indices {
            let literal = fitting.filter { index < $0.segments.count && $0.segments[index] == wanted[index] }
            if literal.isEmpty == false { fitting = literal }
        }
        return fitting.reduce(into: Set<String>()) { $0.formUnion($1.methods) }.sorted()
    }

    private static func fits(_ segments: [Substring], _ wanted: [Substring]) -> Bool {
        if segments.last == "**" {
            let fixed = segments.dropLast()
            return wanted.count >= fixed.count && zip(fixed, wanted).allSatisfy(fitsOne)
        }
        return segments.count == wanted.count && zip(segments, wanted).allSatisfy(fitsOne)
    }

    private static func fitsOne(_ segment: Substring, _ wanted: Substring) -> Bool {
        switch segment.first {
        case ":", "{", "*": true
        default: segment == wanted
        }
    }
}
