import Testing

@testable import Net

/// Modules that are served as one.
@Suite struct JoinedModulesTests {
    private static func joined(_ root: String, _ files: [String: String]) -> JoinedModules? {
        JoinedModules(root: root, files: files.mapValues { Array($0.utf8) })
    }

    @Test func `each module is a block behind those that it imports`() throws {
        let joined = try #require(
            Self.joined(
                "/app/app.js",
                [
                    "/app/app.js": """
                    // The page.
                    import { h as make } from './parts/dom.js';
                    import { Nodus } from '/client/nodus.js';

                    export class App { root = make('main', Nodus); }
                    """,
                    "/app/parts/dom.js": """
                    const cache = {};
                    export const NAME = 'dom';
                    export function h(name) { return cache[name] ??= name + NAME; }
                    """,
                    "/client/nodus.js": """
                    export { later } from './later.js';
                    export class Nodus {}
                    """,
                    "/client/later.js": "export async function later() {}",
                    "/app/unused.js": "export default 1;",
                ]
            )
        )
        #expect(
            joined.script == """
                // /app/parts/dom.js
                const _app_parts_dom_js = {};
                {
                const cache = {};
                const NAME = 'dom';
                function h(name) { return cache[name] ??= name + NAME; }
                Object.assign(_app_parts_dom_js, { NAME, h });
                }
                export const { NAME, h } = _app_parts_dom_js;
                // /client/later.js
                const _client_later_js = {};
                {
                async function later() {}
                Object.assign(_client_later_js, { later });
                }
                export const { later } = _client_later_js;
                // /client/nodus.js
                const _client_nodus_js = {};
                {
                class Nodus {}
                Object.assign(_client_nodus_js, { Nodus, later: _client_later_js.later });
                }
                export const { Nodus } = _client_nodus_js;
                // /app/app.js
                const _app_app_js = {};
                {
                const { h: make } = _app_parts_dom_js;
                const { Nodus } = _client_nodus_js;
                // The page.

                class App { root = make('main', Nodus); }
                Object.assign(_app_app_js, { App });
                }
                export const { App } = _app_app_js;

                """
        )
        #expect(
            joined.paths
                == ["/app/parts/dom.js", "/client/later.js", "/client/nodus.js", "/app/app.js"]
        )
    }

    @Test(
        arguments: [
            "import helper from './b.js';",
            "import * as all from './b.js';",
            "import './b.js';",
            "import {\n  b,\n} from './b.js';",
            "import { b } from 'b';",
            "import { b } from '../../b.js';",
            "import { b } from './missing.js';",
            "import { a } from './a.js';",
            "import { back } from './circle.js';",
            "import { same } from './b.js';\nimport { same as other } from './c.js';",
            "import { relative } from './parts/relative.js';",
            "export { same } from './b.js';\nimport { same as other } from './c.js';",
            "export { same as renamed } from './b.js';",
            "export let count = 0;",
            "export var count = 0;",
            "export default 1;",
            "export * from './b.js';",
            "export { a };",
            "import { unknown } from './b.js';",
            "import { second } from './two.js';",
            "import { twin } from './b-b.js';\nimport { other } from './b_b.js';",
        ]
    ) func `what needs more than that is left in its own files`(script: String) {
        let files = [
            "/app/a.js": script,
            "/app/b.js": "export const same = 1;",
            "/app/two.js": "export const first = 1, second = 2;",
            "/app/c.js": "export const same = 2;",
            "/app/b-b.js": "export const twin = 1;",
            "/app/b_b.js": "export const other = 2;",
            "/app/circle.js": "import { a } from './a.js';\nexport const back = a;",
            "/app/parts/relative.js": "export const relative = () => import('./other.js');",
        ]
        #expect(Self.joined("/app/a.js", files) == nil)
    }
}
