/// The files by which other systems grade with kvgrade: each of them starts `kvgrade grade` for one submission,
/// and somebody merges what comes of it.
public enum ExportedFiles: String, CaseIterable, Sendable {
  /// An autograder for Gradescope: two scripts, to be zipped with a checkout.
  case gradescope
  /// A workflow for GitHub, Classroom included.
  case github
  /// A job array for Slurm.
  case slurm
  /// GNU parallel, on one machine or over ssh.
  case parallel

  /// A file to be written.
  public struct File: Equatable, Sendable {
    /// Its path.
    public let path: String
    /// Its text.
    public let text: String
    /// True for what is run.
    public let isExecutable: Bool
  }

  /// The files.
  public var files: [File] {
    switch self {
    case .gradescope:
      [
        File(path: "setup.sh", text: Self.gradescopeSetup, isExecutable: true),
        File(path: "run_autograder", text: Self.gradescopeRun, isExecutable: true),
      ]
    case .github:
      [File(path: ".github/workflows/grade.yml", text: Self.workflow, isExecutable: false)]
    case .slurm: [File(path: "grade.slurm", text: Self.slurmScript, isExecutable: true)]
    case .parallel: [File(path: "grade-in-parallel", text: Self.parallelScript, isExecutable: true)]
    }
  }

  /// What to do with them, in a sentence or two.
  public var advice: String {
    switch self {
    case .gradescope:
      """
      Put course.conf and a checkout of Strata, as the folder strata, beside the two scripts, and zip the files, \
      not their folder: zip -r autograder.zip setup.sh run_autograder course.conf strata
      """
    case .github:
      """
      Commit the workflow to the repository that students copy. It grades with what students may know: a course \
      with a secret, or hidden checks, is graded where students cannot read it.
      """
    case .slurm:
      "ls submissions > names && sbatch --array=1-$(wc -l < names) grade.slurm; then kvgrade merge"
    case .parallel: "./grade-in-parallel submissions course.conf reports [--sshlogin a,b]"
    }
  }

  private static let gradescopeSetup = """
    #!/usr/bin/env bash
    # Runs once, while Gradescope makes the autograder's image.
    set -euo pipefail
    release=6.2
    apt-get update
    apt-get install -y --no-install-recommends bubblewrap curl ca-certificates jq binutils gcc g++ \\
      libc6-dev libcurl4-openssl-dev libxml2-dev libncurses-dev libpython3-dev pkg-config tzdata zlib1g-dev
    . /etc/os-release
    name=swift-$release-RELEASE-ubuntu$VERSION_ID
    curl -fsSL "https://download.swift.org/swift-$release-release/ubuntu${VERSION_ID//./}/swift-$release-RELEASE/$name.tar.gz" |
      tar xz -C /opt
    ln -s "/opt/$name" /opt/swift
    cd /autograder/source/strata
    PATH=/opt/swift/usr/bin:$PATH swift build -c release --product kvgrade
    cp "$(PATH=/opt/swift/usr/bin:$PATH swift build -c release --show-bin-path)/kvgrade" /usr/local/bin/

    """

  private static let gradescopeRun = """
    #!/usr/bin/env bash
    # Runs for each submission. Students see what is in results.json, and nothing that is printed here.
    set -uo pipefail
    root=${AUTOGRADER_ROOT:-/autograder}
    export PATH=/opt/swift/usr/bin:$PATH
    # The same number for every attempt of a student, or of a group: workloads are drawn from it.
    student=student-$(jq -r '[.users[].id] | min' "$root/submission_metadata.json")
    submitted=$(jq -r .created_at "$root/submission_metadata.json")
    work=$(mktemp -d)
    kvgrade grade "$root/submission" --student "$student" --source "$root/source/strata" \\
      --course "$root/source/course.conf" ${submitted:+--submitted "$submitted"} --out "$work"
    mkdir -p "$root/results"
    if [[ -f $work/$student/student/results.json ]]; then
      cp "$work/$student/student/results.json" "$root/results/results.json"
    else
      # No verdict is never a pass.
      printf '{"score": 0, "output": "The grader could not grade this; tell your teacher."}\\n' \\
        >"$root/results/results.json"
    fi

    """

  private static let workflow = """
    name: Grade
    on: [push, workflow_dispatch]
    permissions:
      contents: read
    defaults:
      run: { shell: bash }
    jobs:
      grade:
        runs-on: ubuntu-24.04
        container:
          image: swift:6.2
          options: --user root
        steps:
          - uses: actions/checkout@v4
            with: { path: submission }
          - name: Strata
            run: git clone --depth 1 "${{ vars.STRATA_REPOSITORY }}" strata
          - name: Build the grader
            run: swift build -c release --product kvgrade --package-path strata
          - name: Grade
            run: |
              strata/.build/release/kvgrade grade submission --source strata \\
                --student "${GITHUB_ACTOR//[^A-Za-z0-9-]/-}" --out reports
          - uses: actions/upload-artifact@v4
            if: always()
            with: { name: report, path: reports/*/student }

    """

  private static let slurmScript = """
    #!/usr/bin/env bash
    #SBATCH --job-name=kvgrade
    #SBATCH --cpus-per-task=1
    #SBATCH --mem=4G
    #SBATCH --time=00:30:00
    # One submission for each task of the array; the file names has one folder's name a line.
    set -uo pipefail
    name=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "${NAMES:-names}")
    [[ -n $name ]] || exit 0
    kvgrade grade "${SUBMISSIONS:-submissions}/$name" --student "$name" --course "${COURSE:-course.conf}" \\
      --out "${REPORTS:-reports}" --slot "$SLURM_ARRAY_TASK_ID" --keep
    # Points that are missing are no failure of the job; no verdict is one.
    status=$?
    [[ $status -le 1 ]]

    """

  private static let parallelScript = """
    #!/usr/bin/env bash
    # grade-in-parallel SUBMISSIONS COURSE REPORTS [options of GNU parallel, such as --sshlogin a,b]
    # Over ssh, the folders lie where every machine sees them under the same name. Started again, it grades
    # what is missing or has changed.
    set -uo pipefail
    submissions=$(realpath "$1") course=$(realpath "$2")
    mkdir -p "$3"
    reports=$(realpath "$3")
    shift 3
    # Points that are missing are no failure of the job; no verdict is one.
    grade='kvgrade grade "$1/$2" --student "$2" --course "$3" --out "$4" --slot "$5" --keep; (($? <= 1))'
    failed=0
    (cd "$submissions" && ls -d -- */) | tr -d / |
      parallel -q "$@" bash -c "$grade" grade "$submissions" {} "$course" "$reports" {%} || failed=1
    kvgrade merge "$reports" --course "$course" --out "$reports" && exit $failed

    """
}
