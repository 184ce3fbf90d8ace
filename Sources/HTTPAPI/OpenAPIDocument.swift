import COpenAPI

/// `deploy/openapi.json`, built into the program.
enum OpenAPIDocument {
    static let text = String(cString: noroshi_openapi_json())
}
