import StrataCore
import StrataWire

/// How an error goes over a pipe: as a push, which no other answer is.
enum Refusal {
  /// The error as a value.
  static func encode(_ error: SubjectError) -> WireValue {
    switch error {
    case .store(let error): .push([.bulk("store")] + fields(of: error))
    case .refused(let reason): .push([.bulk("refused"), .bulk(reason)])
    case .nonsense(let what): .push([.bulk("nonsense"), .bulk(what)])
    default: .push([.bulk("nonsense"), .bulk("\(error)")])
    }
  }

  /// What the body answers; an error is an answer too.
  static func answer(_ body: () throws(SubjectError) -> WireValue) -> WireValue {
    do throws(SubjectError) { return try body() } catch { return encode(error) }
  }

  /// What the body answers to a request that has come over a pipe; nil when nobody waits for it.
  static func answer(
    to value: WireValue, _ body: (inout Request) throws(SubjectError) -> WireValue
  ) -> WireValue? {
    var isAwaited = true
    let answer = answer { () throws(SubjectError) in
      var request = try Request(value)
      isAwaited = request.isAwaited
      return try body(&request)
    }
    return isAwaited ? answer : nil
  }

  /// The answer, unless it is an error: then that is thrown.
  static func check(_ answer: WireValue) throws(SubjectError) -> WireValue {
    guard case .push(let fields) = answer else { return answer }
    var request = Request("a refusal", fields)
    switch try request.text() {
    case "store": throw .store(try storeError(&request))
    case "refused": throw .refused(try request.text())
    default: throw .nonsense(try request.text())
    }
  }

  private static func fields(of error: StoreError) -> [WireValue] {
    switch error {
    case .invalidArgument(let reason): [.bulk("invalidArgument"), .bulk(reason)]
    case .notFound(let path): [.bulk("notFound"), .bulk(path)]
    case .corrupt(let file, let offset, let reason):
      [.bulk("corrupt"), .bulk(file), .integer(offset), .bulk(reason)]
    case .io(let call, let path, let errno):
      [.bulk("io"), .bulk(call), .bulk(path), .integer(Int(errno))]
    case .noSpace(let path): [.bulk("noSpace"), .bulk(path)]
    case .locked(let path): [.bulk("locked"), .bulk(path)]
    case .closed: [.bulk("closed")]
    case .readOnly(let cause): [.bulk("readOnly")] + fields(of: cause)
    }
  }

  private static func storeError(_ fields: inout Request) throws(SubjectError) -> StoreError {
    switch try fields.text() {
    case "invalidArgument": return .invalidArgument(try fields.text())
    case "notFound": return .notFound(path: try fields.text())
    case "corrupt":
      return .corrupt(
        file: try fields.text(), offset: try fields.integer(), reason: try fields.text())
    case "io":
      return .io(
        call: try fields.text(), path: try fields.text(),
        errno: Int32(clamping: try fields.integer()))
    case "noSpace": return .noSpace(path: try fields.text())
    case "locked": return .locked(path: try fields.text())
    case "closed": return .closed
    case "readOnly": return .readOnly(cause: try storeError(&fields))
    case let code: throw .nonsense("\(code) is no error of a store")
    }
  }
}
