package io.saddlebag.cli;

import io.saddlebag.image.Encryption;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalResult;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.OptionTexts;
import io.saddlebag.journal.stream.JournalStream;
import io.saddlebag.journal.stream.JournalStreams;
import io.saddlebag.journal.stream.StreamedBackup;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.node.Node;
import io.saddlebag.recovery.LogPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        name = "stream",
        mixinStandardHelpOptions = true,
        description =
                "Receive a database's journals while it writes them (PostgreSQL). With a pool or library, whole ones are backed up"
                        + " there, and leave the folder.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag journal stream wal",
            "  saddlebag journal stream wal --pool disk --interval 300 --until 16:15",
            "  saddlebag journal stream wal --synchronous"
        })
final class JournalStreamCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String DEFAULT_INTERVAL = "60";

    @ParentCommand
    @Nullable
    JournalCommand parent;

    @Parameters(paramLabel = "NAME", description = "Of the journals, in config/saddlebag.yaml.")
    String name = "";

    @ArgGroup
    @Nullable
    TargetArguments target;

    @Option(names = "--family", paramLabel = "NAME", description = "Media family, which says when backup files expire.")
    @Nullable
    String family;

    @Mixin
    TapeArguments tape = new TapeArguments();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Between two backups of what is whole. Default: 60.")
    @Nullable
    String interval;

    @Option(names = "--until", paramLabel = "TIME", description = "End then, e.g. 16:15 or 2026-07-01T16:15:00.")
    @Nullable
    String until;

    @Mixin
    WatchArguments watch = new WatchArguments();

    @Option(
            names = "--synchronous",
            description =
                    "Fail unless the server's commits wait for what is received: then a lost server loses no commit.")
    boolean synchronous;

    @Option(names = "--compression", defaultValue = "none", description = "As of backups. Default: ${DEFAULT-VALUE}.")
    String compression = "none";

    @Option(
            names = "--encrypt",
            paramLabel = "KEY[,KEY]",
            defaultValue = "none",
            description = "Names of keys, each of which opens the backup files.")
    String encrypt = "none";

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        Surroundings.Purpose purpose = Surroundings.Purpose.WORK;
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), purpose)) {
            JournalListener listener = (message, text) -> {
                root.surroundings().err().println(message + ", " + text);
                root.surroundings().err().flush();
            };
            JournalOptions options = options(node);
            if (target == null) {
                watch.refuseWithout("--pool or --library");
            }
            Duration limit = watch.limit(options.schedule());
            JournalStream stream = node.journalStreams().stream(
                    name, synchronous ? JournalStreams.Commits.WAIT : JournalStreams.Commits.GO_ON, listener);
            if (target == null) {
                receive(stream, null, options, node.journals().services());
            } else {
                JournalBackup passes = passes(node, target, options, root, listener);
                JournalWatch.Passes watched = JournalWatch.Passes.of(options.thresholdBlocks(), passes::doing);
                try (StallThreads watching = StallThreads.of(node, name, limit, watched, listener)) {
                    watching.begin();
                    receive(stream, passes, options, node.journals().services());
                }
                passes.requireWell();
            }
            root.output()
                    .line("received to " + LogPosition.lsn(stream.progress().durable()));
        }
        return ExitCode.OK;
    }

    private void receive(
            JournalStream stream, @Nullable JournalBackup passes, JournalOptions options, JournalServices services)
            throws Exception {
        StreamedBackup going = new StreamedBackup(
                stream,
                passes,
                options.schedule().interval(),
                watch.endOnFailure ? StreamedBackup.OnFailure.FAIL : StreamedBackup.OnFailure.TRY_AGAIN,
                services.waiter());
        try {
            goOn(going, options.until(), services);
        } finally {
            going.stop();
        }
    }

    private JournalBackup passes(
            Node node, TargetArguments to, JournalOptions options, SaddlebagCommand root, JournalListener listener)
            throws Exception {
        return node.journals()
                .backup(
                        name,
                        to.journalTarget(node, family, tape),
                        options,
                        listener,
                        root.surroundings().user());
    }

    private static void goOn(StreamedBackup going, @Nullable Instant end, JournalServices services) throws Exception {
        Clock clock = services.clock();
        while (end == null || clock.instant().isBefore(end)) {
            Optional<JournalResult> unused = going.step();
            services.waiter().await(LOOK);
        }
    }

    private JournalOptions options(Node node) throws Exception {
        Map<String, String> all = new TreeMap<>();
        all.put("continuous", "");
        all.put("interval", interval == null ? DEFAULT_INTERVAL : interval);
        if (until != null) {
            all.put("until", until);
        }
        String format = tape.given().get("format");
        if (format != null) {
            all.put("format", format);
        }
        all.put("compression", compression);
        Encryption encryption = node.keys().encryption(encrypt);
        return OptionTexts.parse(all, encryption, node.journals().services().clock());
    }
}
