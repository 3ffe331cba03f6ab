package io.saddlebag.cli;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalResult;
import io.saddlebag.journal.OptionTexts;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.librarian.DeviceOptions;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description =
                "Back up the journals that are ready, and let go of each once it is durable in the backup. Ends after one pass"
                        + " unless --continuous is given.")
final class JournalBackupCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    JournalCommand parent;

    @Parameters(paramLabel = "NAME", description = "Of the journals, in config/saddlebag.yaml.")
    String name = "";

    @ArgGroup(multiplicity = "1")
    TargetArguments target = new TargetArguments();

    @Option(names = "--family", paramLabel = "NAME", description = "Media family, which says when it expires.")
    @Nullable
    String family;

    @Mixin
    TapeArguments tape = new TapeArguments();

    @Option(
            names = "--continuous",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "PASSES",
            description =
                    "Go on, until so many passes backed something up; needs --until or --interval without a number.")
    @Nullable
    String continuous;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "With --continuous: end then, e.g. 16:15 or 2026-07-01T16:15:00.")
    @Nullable
    String until;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "With --continuous: wait so long between two looks; 'none' doesn't wait. Default: 60.")
    @Nullable
    String interval;

    @Mixin
    WatchArguments watch = new WatchArguments();

    @Option(
            names = "--threshold",
            paramLabel = "BLOCKS",
            description = "Of an extensible journal: back it up when it is larger than so many blocks of 512 bytes.")
    @Nullable
    String threshold;

    @Option(
            names = "--quiet-point",
            negatable = true,
            description = "Wait until no write transaction is in progress, where the source can.")
    @Nullable
    Boolean quietPoint;

    @Option(
            names = "--lock-timeout",
            paramLabel = "SECONDS",
            description = "Give up the wait for a quiet point after that; 0 waits for ever.")
    @Nullable
    String lockTimeout;

    @Option(
            names = "--sequence",
            arity = "0..1",
            fallbackValue = "next",
            paramLabel = "FROM[,TO]",
            description =
                    "These journals only: 33,35; one number means all up to it; without one, the next that is needed.")
    @Nullable
    String sequence;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "SECONDS",
            description = "With --sequence: look again after that for a journal that isn't ready. Default: 60.")
    @Nullable
    String waiting;

    @Option(
            names = "--file",
            paramLabel = "NAME",
            description = "What the backup file is called; \"\" for the name of the first journal.")
    @Nullable
    String file;

    @Option(
            names = "--edit-filename",
            paramLabel = "PARTS",
            description =
                    "Appended to the name, e.g. '(\"_\",YEAR,MONTH,DAY_OF_MONTH,\"_\",HOUR,MINUTE,\"-\",SEQUENCE)'.")
    @Nullable
    String editFilename;

    @Option(
            names = "--rename",
            negatable = true,
            description =
                    "The journals become the backup file as they are, by a further name in the same file system; nothing is copied.")
    @Nullable
    Boolean rename;

    @Option(
            names = "--reset-requests",
            paramLabel = "N",
            description =
                    "Of preallocated journals: so many writes are under way at once when one is emptied, 1 to 32.")
    @Nullable
    String resetRequests;

    @Option(
            names = "--reset-blocks",
            paramLabel = "N",
            description = "Of preallocated journals: each write has so many blocks of 512 bytes, 4 to 127.")
    @Nullable
    String resetBlocks;

    @Option(
            names = "--librarian",
            description = "The backup file is a piece of its name, too; options of devices are refused then.")
    boolean librarian;

    @Option(names = "--compression", defaultValue = "none", description = "As of backups. Default: ${DEFAULT-VALUE}.")
    String compression = "none";

    @Option(
            names = "--encrypt",
            paramLabel = "KEY[,KEY]",
            defaultValue = "none",
            description = "Names of keys, each of which opens the image.")
    String encrypt = "none";

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        if (librarian) {
            DeviceOptions.refuse(tape.given().keySet());
        }
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            JournalOptions options = OptionTexts.parse(
                    given(),
                    node.keys().encryption(encrypt),
                    node.journals().services().clock());
            ImageTarget to = target.journalTarget(node, family, tape);
            options.warnings(to.kind() == ImageTarget.Kind.LIBRARY)
                    .forEach(warning -> root.surroundings().err().println("warning: " + warning));
            JournalListener listener = (message, text) -> tell(root, message + ", " + text);
            if (!options.continuous()) {
                watch.refuseWithout("--continuous");
            }
            try (JournalBackup backup = node.journals()
                    .backup(name, to, options, listener, root.surroundings().user())) {
                show(root, options.continuous() ? goOn(node, options, backup, listener) : backup.run());
            }
        }
        return ExitCode.OK;
    }

    private JournalResult goOn(Node node, JournalOptions options, JournalBackup backup, JournalListener listener)
            throws IOException, InterruptedException {
        Duration limit = watch.limit(options.schedule());
        JournalWatch.Passes watched = JournalWatch.Passes.of(options.thresholdBlocks(), backup::doing);
        try (StallThreads watching = StallThreads.of(node, name, limit, watched, listener)) {
            watching.begin();
            return watch.endOnFailure ? backup.run() : backup.persist();
        }
    }

    private static void tell(SaddlebagCommand root, String line) {
        root.surroundings().err().println(line);
        root.surroundings().err().flush();
    }

    private static void show(SaddlebagCommand root, JournalResult result) {
        if (root.json) {
            root.output().json(result);
        } else if (result.backedUp() < 0) {
            root.output().line("no journal is ready; the next one that is needed is " + result.next());
        } else {
            root.output()
                    .line("backed up to journal " + result.backedUp() + "; the last file is " + result.lastOutputFile()
                            + ", the next journal that is needed " + result.next());
        }
    }

    private Map<String, String> given() {
        Map<String, String> all = new TreeMap<>();
        put(all, "continuous", continuous);
        put(all, "until", until);
        put(all, "interval", interval);
        put(all, "threshold", threshold);
        put(all, "quietPoint", quietPoint == null ? null : quietPoint.toString());
        put(all, "lockTimeout", lockTimeout);
        put(all, "sequence", sequence);
        put(all, "wait", waiting);
        put(all, "format", tape.given().get("format"));
        put(all, "file", file);
        put(all, "editFilename", editFilename);
        put(all, "librarian", librarian ? "true" : null);
        put(all, "rename", rename == null ? null : rename.toString());
        put(all, "resetRequests", resetRequests);
        put(all, "resetBlocks", resetBlocks);
        all.put("compression", compression);
        return all;
    }

    private static void put(Map<String, String> all, String option, @Nullable String value) {
        if (value != null) {
            all.put(option, value);
        }
    }
}
