import HTTPSurface

/// What went wrong, for somebody who looks at a page.
enum ProblemPage {
    static func page(_ problem: Problem, requestID: String) -> Page {
        let items: [HTML] = problem.errors.map { "<li>\($0.detail)</li>" }
        return Page(
            title: problem.title,
            area: nil,
            content: """
                <div class="head"><div><h1>\(problem.title)</h1><p>\(problem.detail ?? "")</p></div></div>
                \(items.isEmpty ? "" : "<ul class=\"s\">\(items)</ul>" as HTML)
                <p><a class="u" href="/">Overview</a></p><p class="s f">Request \(requestID)</p>
                """
        )
    }
}
