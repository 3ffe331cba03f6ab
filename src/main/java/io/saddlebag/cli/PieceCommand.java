package io.saddlebag.cli;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.librarian.DeviceOptions;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.Piece;
import io.saddlebag.librarian.PieceFault;
import io.saddlebag.librarian.PieceName;
import io.saddlebag.librarian.PieceOrder;
import io.saddlebag.librarian.PieceTrace;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The librarian interface (M26). */
@Command(
        name = "piece",
        mixinStandardHelpOptions = true,
        description = "Store, fetch, list and remove streams of data by name.",
        subcommands = {PieceCommand.Put.class, PieceCommand.Get.class, PieceCommand.Ls.class, PieceCommand.Rm.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  pg_dump -Fc orders | saddlebag piece put orders-2026-11-22 --pool disk",
            "  saddlebag piece get orders-2026-11-22 | pg_restore -d orders",
            "  saddlebag piece ls 'orders-*'",
            "  saddlebag piece rm orders-2026-11-22"
        })
final class PieceCommand implements Callable<Integer> {
    /** It can't be told whether there is one, or it can't be had: as {@code wal fetch} ends, so that a server stops. */
    static final int COULD_NOT_TELL = WalCommand.COULD_NOT_TELL;

    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag piece --help'.");
    }

    /** What is done with an open node. */
    private interface Work {
        int with(Node node, Librarian librarian, SaddlebagCommand root) throws Exception;
    }

    private int work(Surroundings.Purpose purpose, TraceArguments tracing, Work work) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        PieceTrace.Level level = tracing.level();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), purpose)) {
            Path file = tracing.file;
            if (file == null) {
                return work.with(node, node.librarian(), root);
            }
            try (PieceTrace trace = node.pieceTrace(file, level)) {
                return work.with(node, node.librarian().tracing(trace), root);
            }
        }
    }

    /** What is traced, and where. */
    static final class TraceArguments {
        @Option(
                names = "--trace",
                paramLabel = "FILE",
                description = "Add to this file what the librarian is asked, and what comes of it.")
        @Nullable
        Path file;

        @Option(
                names = "--trace-level",
                paramLabel = "LEVEL",
                description =
                        "With --trace: 0 for errors, 1 for entry and exit too, 2 for all parameters and the first 32"
                                + " bytes of each buffer too. Default: 0.")
        @Nullable
        String level;

        private PieceTrace.Level level() {
            if (level != null && file == null) {
                throw new IllegalArgumentException("--trace-level belongs to --trace, which was not given");
            }
            return level == null ? PieceTrace.Level.ERRORS : PieceTrace.Level.parse(level);
        }
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description =
                    "Store standard input as a piece. Ends with 0 when the piece is durable on its medium and in the"
                            + " catalog; otherwise there is none of that name.")
    static final class Put implements Callable<Integer> {
        @ParentCommand
        @Nullable
        PieceCommand piece;

        @Mixin
        TraceArguments tracing = new TraceArguments();

        @Parameters(paramLabel = "NAME", description = "What it is called; no other piece may be.")
        String name = "";

        @ArgGroup(multiplicity = "1")
        TargetArguments target = new TargetArguments();

        @Option(names = "--family", paramLabel = "NAME", description = "Media family, which says when it expires.")
        @Nullable
        String family;

        @Option(names = "--from", paramLabel = "FILE", description = "Read this file in the place of standard input.")
        @Nullable
        Path from;

        @Option(
                names = "--bytes",
                paramLabel = "N",
                description = "How long the input has to be: one that ends before or behind that is no piece.")
        @Nullable
        Long bytes;

        @Option(
                names = "--accept-same",
                description = "When there is one of that name, compare: the same content is taken for stored.")
        boolean acceptSame;

        @Option(names = "--compression", defaultValue = "zstd", description = Compression.FORMS + ".")
        String compression = "zstd";

        @Option(
                names = "--encrypt",
                paramLabel = "KEY[,KEY]",
                defaultValue = "none",
                description = "Names of keys, each of which opens the piece; see 'saddlebag key list'.")
        String encrypt = "none";

        @Mixin
        TapeArguments tape = new TapeArguments();

        @Override
        public Integer call() throws Exception {
            PieceName called = new PieceName(name);
            DeviceOptions.refuse(tape.given().keySet());
            return Objects.requireNonNull(piece).work(Surroundings.Purpose.WORK, tracing, (node, librarian, root) -> {
                ImageTarget to = target.target(node, family, tape);
                Path file = from;
                Piece put;
                PieceOrder order = new PieceOrder(
                        called,
                        to,
                        Compression.parse(compression),
                        node.keys().encryption(encrypt),
                        length(file),
                        acceptSame ? PieceOrder.Existing.ACCEPTED_IF_SAME : PieceOrder.Existing.REFUSED,
                        root.surroundings().user());
                if (file == null) {
                    put = librarian.put(order, root.surroundings().pipes().in());
                } else {
                    try (InputStream content = opened(file)) {
                        put = librarian.put(order, content);
                    }
                }
                if (root.json) {
                    root.output().json(View.of(put));
                } else {
                    root.output()
                            .line("piece " + put.name() + " is backup " + put.backup() + ": " + put.bytes()
                                    + " bytes on " + String.join(" ", put.places()));
                }
                return ExitCode.OK;
            });
        }

        private static InputStream opened(Path file) throws BackupException {
            try {
                return Files.newInputStream(file);
            } catch (IOException e) {
                throw new BackupException(
                        PieceFault.INPUT,
                        "file " + file + ", which --from names, can't be opened: "
                                + (e instanceof NoSuchFileException ? "there is none" : e.getMessage()),
                        "Name a file that can be read, or leave --from out for standard input.",
                        e);
            }
        }

        private OptionalLong length(@Nullable Path file) throws IOException {
            Long said = bytes;
            if (said != null) {
                return OptionalLong.of(said);
            }
            return file == null || !Files.isRegularFile(file)
                    ? OptionalLong.empty()
                    : OptionalLong.of(Files.size(file));
        }
    }

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            exitCodeOnInvalidInput = COULD_NOT_TELL,
            description =
                    "Write a piece to standard output, or to a file. Ends with 0 when all of it was written and proven, with 1"
                            + " when there is none of that name, and with 130 when that can't be told or the piece can't be had;"
                            + " what was written to standard output then lacks its end, and there is no file.")
    static final class Get implements Callable<Integer> {
        @ParentCommand
        @Nullable
        PieceCommand piece;

        @Mixin
        TraceArguments tracing = new TraceArguments();

        @Parameters(paramLabel = "NAME")
        String name = "";

        @Option(
                names = "--to",
                paramLabel = "FILE",
                description =
                        "Write this file, in the place of what is there; it is there when it is whole, or not at all.")
        @Nullable
        Path to;

        @Option(
                names = "--absent",
                paramLabel = "CODE",
                defaultValue = "1",
                description =
                        "Ends with this one when there is none, for scripts that must tell it from a Java that didn't"
                                + " start. Default: ${DEFAULT-VALUE}.")
        int absent = WalCommand.NONE;

        @Override
        public Integer call() {
            PieceCommand command = Objects.requireNonNull(piece);
            SaddlebagCommand root = Objects.requireNonNull(command.parent);
            try {
                return command.work(Surroundings.Purpose.LOOK, tracing, (node, librarian, unused) -> {
                    if (get(librarian, new PieceName(name), root)) {
                        return ExitCode.OK;
                    }
                    root.surroundings().err().println("there is no piece " + name);
                    return absent;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return COULD_NOT_TELL;
            } catch (Exception e) {
                root.surroundings().err().println("piece " + name + " could not be had: " + e.getMessage());
                return COULD_NOT_TELL;
            }
        }

        private boolean get(Librarian librarian, PieceName called, SaddlebagCommand root)
                throws IOException, InterruptedException {
            Path file = to;
            String user = root.surroundings().user();
            if (file != null) {
                return librarian.get(called, user, file);
            }
            return librarian.get(called, user, root.surroundings().pipes().out()::write);
        }
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, description = "List pieces by name.")
    static final class Ls implements Callable<Integer> {
        @ParentCommand
        @Nullable
        PieceCommand piece;

        @Mixin
        TraceArguments tracing = new TraceArguments();

        @Parameters(
                paramLabel = "PATTERN",
                arity = "0..1",
                description = "Only those; * stands for any characters, ? for one.")
        @Nullable
        String pattern;

        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(piece).work(Surroundings.Purpose.LOOK, tracing, (node, librarian, root) -> {
                Pattern wanted = pattern(pattern == null ? "*" : pattern);
                List<View> found = librarian.list().stream()
                        .filter(each -> wanted.matcher(each.name().value()).matches())
                        .map(View::of)
                        .toList();
                if (root.json) {
                    root.output().json(found);
                } else {
                    root.output()
                            .table(
                                    List.of("NAME", "BACKUP", "DATA", "STORED", "AT", "PLACES"),
                                    found.stream().map(View::row).toList());
                }
                return ExitCode.OK;
            });
        }

        private static Pattern pattern(String glob) {
            StringBuilder regex = new StringBuilder();
            glob.codePoints()
                    .forEach(
                            c -> regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c))));
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        }
    }

    @Command(
            name = "rm",
            mixinStandardHelpOptions = true,
            description = "Remove a piece: its name is free then. Files of a pool go with 'saddlebag pool prune'.")
    static final class Rm implements Callable<Integer> {
        @ParentCommand
        @Nullable
        PieceCommand piece;

        @Mixin
        TraceArguments tracing = new TraceArguments();

        @Parameters(paramLabel = "NAME")
        String name = "";

        @Override
        public Integer call() throws Exception {
            PieceName called = new PieceName(name);
            return Objects.requireNonNull(piece).work(Surroundings.Purpose.WORK, tracing, (node, librarian, root) -> {
                if (!librarian.remove(called, root.surroundings().user())) {
                    throw new BackupException(
                            PieceFault.NO_SUCH_PIECE,
                            "there is no piece " + called,
                            "'saddlebag piece ls' lists those that there are.");
                }
                root.output().line("piece " + called + " was removed; 'saddlebag pool prune' removes files of pools");
                return ExitCode.OK;
            });
        }
    }

    /** A piece as JSON shows it. Names are stable. */
    record View(String name, long backup, long bytes, long storedBytes, Instant at, List<String> places) {
        static View of(Piece piece) {
            return new View(
                    piece.name().value(),
                    piece.backup().value(),
                    piece.bytes(),
                    piece.storedBytes(),
                    piece.at(),
                    piece.places());
        }

        List<String> row() {
            return List.of(
                    name,
                    Long.toString(backup),
                    ByteCount.of(bytes).toString(),
                    ByteCount.of(storedBytes).toString(),
                    at.toString(),
                    String.join(" ", places));
        }
    }
}
