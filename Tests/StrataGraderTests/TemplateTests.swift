import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Template")
struct TemplateTests {
  /// What a toolchain whose compiler is this script says about static programs.
  private func trouble(_ compiler: String) throws -> String {
    try withTemporaryDirectory { folder in
      System.place(
        Array("#!/bin/sh\n\(compiler)\n".utf8), at: "\(folder)/bin/swiftc", executable: true)
      return TemplateMaking(folder: folder, toolchain: folder).whyNotStatic()
    }
  }

  @Test("a toolchain that cannot link statically is believed, and quoted")
  func noStaticLibraries() throws {
    #expect(
      try trouble("echo 'error: no libswiftCore.a' >&2; exit 1") == "error: no libswiftCore.a")
  }

  @Test("a static program that does not run is none")
  func doesNotRun() throws {
    // The program is the word behind -o.
    let compiler = """
      while [ "$1" != -o ]; do shift; done
      printf '#!/bin/sh\\necho too old a kernel; exit 127\\n' > "$2"; chmod +x "$2"
      """
    #expect(try trouble(compiler) == "too old a kernel")
    #expect(try trouble(compiler.replacing("127", with: "0")).isEmpty)
  }
}
