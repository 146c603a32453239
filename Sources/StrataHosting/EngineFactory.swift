import Strata
import StrataCore
import StrataRungs
import StrataSubjects
import StrataWire

/// Makes subjects of this package's engines and of their parts.
///
/// | kind | arguments | what it is |
/// |---|---|---|
/// | `append-log`, `bitcask`, `lsm` | disk, path, settings `name=value` | a store, opened |
/// | `log-line`, `memtable`, `codec`, `file-header`, `merge`, `filter`, `policy` | | a part that lives in memory |
/// | `hash-index` | disk, path, or nothing | the index of the append log that lies there |
/// | `log`, `log-set`, `log-reader`, `segment-writer`, `segment`, `manifest` | disk, path, … | a part with a file |
///
/// Here, and nowhere else, do the words of the checks meet the names of the engines. What a check may ask
/// of a part is what the part promises; how it is made inside is nobody's business.
public struct EngineFactory: SubjectFactory {
  /// The factory; it has no state.
  public init() {}

  /// Makes what the request's verb names.
  public func make(
    _ request: inout Request, disk: (Int) -> any FileSystem
  ) throws(SubjectError) -> any Subject {
    switch request.verb {
    case "append-log", "bitcask", "lsm": try StoreOpening(&request, disk: disk).open()
    case "log-line": LogLineSubject()
    case "codec": CodecSubject()
    case "file-header": FileHeaderSubject()
    case "memtable": MemTableSubject()
    case "merge": MergeSubject()
    case "filter": FilterSubject()
    case "policy": try PolicySubject(&request)
    case "hash-index": try LogIndexSubject(&request, disk: disk)
    case "log": try LogSubject(&request, disk: disk)
    case "log-set": try LogSetSubject(&request, disk: disk)
    case "log-reader": try LogReaderSubject(&request, disk: disk)
    case "segment-writer": try SegmentWriterSubject(&request, disk: disk)
    case "segment": try SegmentSubject(&request, disk: disk)
    case "manifest": try ManifestSubject(&request, disk: disk)
    case let kind: throw .nonsense("nobody here can make a \(kind)")
    }
  }
}
