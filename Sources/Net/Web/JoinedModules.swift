/// A module and everything that it imports, as one module.
///
/// A browser asks for every file by itself, and over HTTP/1.1 six at a time: the 27 modules of the
/// first page took a third of its time. So the page gets them as one file, and its import map leads
/// from each of their paths to it. Each module is a block in it, behind those that it imports:
///
///     const _app_avatar_js = {};
///     {
///     const { h, icon: picture } = _app_dom_js;
///     function avatar() { … }
///     Object.assign(_app_avatar_js, { avatar });
///     }
///     export const { avatar } = _app_avatar_js;
///
/// Only modules that need no more than that are joined: `import { … } from '…';` on a line, and
/// exports of functions, classes and constants under names of their own, no two in a circle.
struct JoinedModules {
    let script: String
    /// Whose place it takes.
    let paths: Set<String>

    /// Nil where a module cannot be joined: all of them work by themselves then.
    ///
    /// - Parameters:
    ///   - root: the path of a module in `files`; the joined one has to be served from its folder.
    ///   - files: by path, such as `/app/main.js`.
    init?(root: String, files: [String: [UInt8]]) {
        var ordered: [Module] = []
        guard Self.collect(root, from: files, under: [], into: &ordered) else { return nil }
        let folder = Module.folder(of: root)
        var given: [String: Set<String>] = [:]
        var origins: [String: String] = [:]
        var script = ""
        for module in ordered {
            guard !module.asksByPath || Module.folder(of: module.path) == folder,
                module.taken.allSatisfy({ given[$0.origin]?.contains($0.name) == true })
            else { return nil }
            given[module.path] = module.given
            script += module.block
            for name in module.exports {
                guard origins.updateValue(module.path, forKey: name) == nil else { return nil }
            }
            // What is handed on has the name of the module that it is from already.
            for name in module.handedOn where origins[name.exported] != name.origin { return nil }
            if !module.exports.isEmpty {
                let names = module.exports.joined(separator: ", ")
                script += "export const { \(names) } = \(Module.object(of: module.path));\n"
            }
        }
        self.script = script
        self.paths = Set(ordered.map(\.path))
        guard Set(self.paths.map(Module.object)).count == ordered.count else { return nil }
    }

    /// Puts `path` into `ordered` behind everything that it imports.
    private static func collect(
        _ path: String,
        from files: [String: [UInt8]],
        under importers: Set<String>,
        into ordered: inout [Module]
    ) -> Bool {
        if ordered.contains(where: { $0.path == path }) { return true }
        guard !importers.contains(path), let bytes = files[path],
            let module = Module(path, String(decoding: bytes, as: UTF8.self))
        else { return false }
        let importers = importers.union([path])
        for needed in module.needed {
            guard Self.collect(needed, from: files, under: importers, into: &ordered) else {
                return false
            }
        }
        ordered.append(module)
        return true
    }
}

extension JoinedModules {
    /// The lines of a module, and what they take from others and give to them.
    private struct Module {
        /// `{ name }`, or `{ name as local }`.
        typealias Names = [(name: String, local: String)]

        let path: String
        private(set) var imports: [(names: Names, origin: String)] = []
        private(set) var exports: [String] = []
        /// `export { … } from '…';`
        private(set) var handedOn: [(exported: String, name: String, origin: String)] = []
        private var body = ""
        /// Whether it has addresses that are relative to its own.
        let asksByPath: Bool

        var needed: [String] { self.imports.map(\.origin) + self.handedOn.map(\.origin) }
        var given: Set<String> { Set(self.exports + self.handedOn.map(\.exported)) }
        var taken: [(name: String, origin: String)] {
            self.imports.flatMap { names, origin in names.map { ($0.name, origin) } }
                + self.handedOn.map { ($0.name, $0.origin) }
        }

        init?(_ path: String, _ source: String) {
            self.path = path
            self.asksByPath = source.contains("import(") || source.contains("import.meta")
            let folder = Self.folder(of: path)
            for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("import ") {
                    guard let (names, origin) = Self.clause(line.dropFirst("import ".count), folder)
                    else { return nil }
                    self.imports.append((names, origin))
                } else if line.hasPrefix("export {") {
                    guard let (names, origin) = Self.clause(line.dropFirst("export ".count), folder)
                    else { return nil }
                    self.handedOn += names.map { ($0.local, $0.name, origin) }
                } else if line.hasPrefix("export ") {
                    let declaration = line.dropFirst("export ".count)
                    guard let name = Self.declaredName(declaration) else { return nil }
                    self.exports.append(name)
                    self.body += declaration + "\n"
                } else {
                    self.body += line + "\n"
                }
            }
        }

        var block: String {
            let object = Self.object(of: self.path)
            var text = "// \(self.path)\nconst \(object) = {};\n{\n"
            for (names, origin) in self.imports {
                let taken = names.map { $0.name == $0.local ? $0.name : "\($0.name): \($0.local)" }
                let list = taken.joined(separator: ", ")
                text += "const { \(list) } = \(Self.object(of: origin));\n"
            }
            let handedOn = self.handedOn.map {
                "\($0.exported): \(Self.object(of: $0.origin)).\($0.name)"
            }
            let given = (self.exports + handedOn).joined(separator: ", ")
            return "\(text)\(self.body)Object.assign(\(object), { \(given) });\n}\n"
        }

        /// The name of what holds a module's exports: `_app_chat_list_js` for `/app/chat-list.js`.
        static func object(of path: String) -> String {
            String(path.map { Self.isPart($0) ? $0 : "_" })
        }

        /// With the slash at its end.
        static func folder(of path: String) -> String {
            String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
        }

        /// - Returns: nil for what is neither `/…`, `./…` nor `../…`.
        private static func resolve(_ address: Substring, in folder: String) -> String? {
            if address.hasPrefix("/") { return String(address) }
            guard address.hasPrefix("./") || address.hasPrefix("../") else { return nil }
            var segments = folder.split(separator: "/")
            for segment in address.split(separator: "/") where segment != "." {
                if segment != ".." {
                    segments.append(segment)
                } else if segments.popLast() == nil {
                    return nil
                }
            }
            return "/" + segments.joined(separator: "/")
        }

        /// `{ a, b as c } from './x.js';`, which is taken apart by hand: regular expressions would take
        /// a start half a second.
        private static func clause(
            _ text: Substring,
            _ folder: String
        ) -> (names: Names, origin: String)? {
            let middle = "} from '"
            guard text.hasPrefix("{"), text.hasSuffix("';"), let end = text.firstIndex(of: "}"),
                text[end...].hasPrefix(middle),
                let names = Self.names(text[..<end].dropFirst()),
                let origin = Self.resolve(
                    text[end...].dropFirst(middle.count).dropLast(2),
                    in: folder
                )
            else { return nil }
            return (names, origin)
        }

        private static func names(_ list: Substring) -> Names? {
            var names: Names = []
            for each in list.split(separator: ",") {
                let words = each.split(separator: " ")
                guard words.allSatisfy(Self.isName) else { return nil }
                switch words.count {
                case 1: names.append((String(words[0]), String(words[0])))
                case 3 where words[1] == "as": names.append((String(words[0]), String(words[2])))
                default: return nil
                }
            }
            return names
        }

        /// Of `function a(`, `async function a(`, `class A `, `const a `.
        private static func declaredName(_ declaration: Substring) -> String? {
            for start in ["function ", "async function ", "class ", "const "]
            where declaration.hasPrefix(start) {
                let name = declaration.dropFirst(start.count).prefix { Self.isPart($0) }
                return name.isEmpty ? nil : String(name)
            }
            return nil
        }

        private static func isName(_ word: Substring) -> Bool { word.allSatisfy(Self.isPart) }

        private static func isPart(_ character: Character) -> Bool {
            character.isASCII
                && (character.isLetter || character.isNumber || "$_".contains(character))
        }
    }
}
