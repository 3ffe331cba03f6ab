package io.saddlebag.cli;

import io.saddlebag.image.ImageManifest;
import io.saddlebag.restore.DirectRestore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Restores without anything but an image's files (C6). */
@Command(
        name = "direct",
        mixinStandardHelpOptions = true,
        description = "Check an image by its files alone, or restore from it: without catalog, job or configuration."
                + " The whole image is checked before anything is written.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag direct /srv/backup/pool/nightly/image-4f1c09.1.tar.zst",
            "  saddlebag direct image-4f1c09.1.tar.zst image-4f1c09.2.tar.zst --to /tmp/back --object /etc"
        })
final class DirectCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The image's sections, in order.")
    List<Path> files = new ArrayList<>();

    @Option(names = "--to", paramLabel = "DIR", description = "Restore below this folder; else it is only checked.")
    @Nullable
    Path to;

    @Option(names = "--object", paramLabel = "PATH", description = "Only this, and all below it; may be repeated.")
    List<String> objects = new ArrayList<>();

    @Option(
            names = "--existing",
            defaultValue = "replace",
            description = "Where something is already: replace, keep, keep-newer, rename. Default: ${DEFAULT-VALUE}.")
    String existing = "replace";

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Surroundings.Direct direct = root.surroundings().nodes().direct()) {
            Path target = to;
            if (target == null) {
                DirectRestore.Found found = direct.restore().check(files);
                root.output()
                        .line(found.manifest().map(DirectCommand::described).orElse("an archive of another program")
                                + ": " + found.summary().members() + " objects, "
                                + found.summary().dataBytes() + " bytes of data, whole");
            } else {
                long restored = direct.restore()
                        .restore(
                                new DirectRestore.Order(files, objects, target, RestoreCommand.parseExisting(existing)),
                                root.surroundings().err()::println);
                root.output().line(restored + " objects were restored below " + target);
            }
        }
        return ExitCode.OK;
    }

    private static String described(ImageManifest manifest) {
        return "image " + manifest.image() + " of " + manifest.name() + ", host " + manifest.host() + ", "
                + manifest.at();
    }
}
