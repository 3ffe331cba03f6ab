package io.saddlebag.cli;

import io.saddlebag.restore.DirectRestore;
import io.saddlebag.restore.PathMapping;
import io.saddlebag.restore.RestoreRequest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "unpack",
        mixinStandardHelpOptions = true,
        description =
                "Restore an image file without catalog, configuration and jobs: what a route wrote to a file, or any tar"
                        + " archive, bare or in zstd.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag unpack /mnt/usb/orders.tar.zst --to /srv/restored",
            "  saddlebag unpack - --to /tmp/look --object /srv/orders/conf < orders.tar"
        })
final class UnpackCommand implements Callable<Integer> {
    /** Remarks that are printed; a broken image may give rise to one for each object. */
    private static final int MOST_REMARKS = 1000;

    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Parameters(paramLabel = "IMAGE", description = "A file; - for standard input.")
    Path image = Path.of("");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "Put the objects below this folder, with their whole paths.")
    Path to = Path.of("");

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            description = "Put what was at FROM, and below it, to TO; repeatable, the longest FROM that fits wins.")
    List<String> mappings = new ArrayList<>();

    @Option(names = "--object", paramLabel = "PATH", description = "Only this object and all below it; repeatable.")
    List<String> objects = new ArrayList<>();

    @Option(
            names = "--existing",
            defaultValue = "keep",
            description = "Where something is already: replace, keep, keep-newer, rename. Default: ${DEFAULT-VALUE}.")
    String existing = "keep";

    @Option(
            names = "--devices",
            description =
                    "Restore device nodes, set-user-id and set-group-id bits and capabilities too. Only as root, and only of"
                            + " images that you trust.")
    boolean devices;

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        DirectRestore.Order order = new DirectRestore.Order(
                objects,
                to.toAbsolutePath(),
                mappings.stream().map(PathMapping::parse).toList(),
                RestoreCommand.parseExisting(existing),
                devices ? RestoreRequest.Powers.AS_BACKED_UP : RestoreRequest.Powers.LEFT_OUT);
        AtomicLong remarks = new AtomicLong();
        long restored;
        try (InputStream stored = root.surroundings().direct().open(image)) {
            restored = root.surroundings().direct().restore(stored, order, text -> {
                if (remarks.incrementAndGet() <= MOST_REMARKS) {
                    root.surroundings().err().println(text);
                }
            });
        }
        root.output().line("restored " + restored + " objects to " + to);
        return remarks.get() == 0 ? ExitCode.OK : ExitCode.WARNINGS;
    }
}
