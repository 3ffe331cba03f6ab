package io.saddlebag.cli;

import io.saddlebag.ext.ExtFile;
import io.saddlebag.node.Node;
import io.saddlebag.restore.DiskFiles;
import io.saddlebag.restore.RestoreRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Files in images of disks, without mounting them. */
final class ImageFileCommands {
    private ImageFileCommands() {}

    /** What these commands have in common: an image, opened. */
    abstract static class OfImage implements Callable<Integer> {
        @ParentCommand
        @Nullable
        ImageCommand parent;

        @Parameters(
                index = "0",
                paramLabel = "IMAGE",
                description = "A qcow2 file, with those below it in the same folder; or a disk as it is.")
        Path image = Path.of("");

        /** @return an {@link ExitCode} */
        abstract int with(DiskFiles.Opened opened, Output output) throws IOException;

        @Override
        public final Integer call() throws Exception {
            SaddlebagCommand root = root();
            try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK);
                    DiskFiles.Opened opened = node.diskFiles().open(image.toAbsolutePath())) {
                return with(opened, root.output());
            }
        }

        SaddlebagCommand root() {
            return Objects.requireNonNull(parent).root();
        }
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "List a folder of an image, or one file of it (ext2, ext3, ext4).")
    static final class Ls extends OfImage {
        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "PATH",
                description = "Within the image. Default: the root.")
        String path = "/";

        @Override
        int with(DiskFiles.Opened opened, Output output) throws IOException {
            ExtFile file = opened.find(path);
            List<View> views = new ArrayList<>();
            if (file.isFolder()) {
                for (ExtFile.Entry entry : file.entries()) {
                    views.add(View.of(entry.name().toString(), entry.file()));
                }
                views.sort(Comparator.comparing(View::name));
            } else {
                views.add(View.of(path, file));
            }
            if (root().json) {
                output.json(views);
            } else {
                views.forEach(view -> output.line(view.line()));
            }
            return ExitCode.OK;
        }
    }

    /** A file as JSON shows it. Names are stable. */
    record View(
            String name,
            String type,
            String mode,
            long uid,
            long gid,
            long size,
            Instant modified,
            @Nullable String link) {
        static View of(String name, ExtFile file) throws IOException {
            return new View(
                    name,
                    String.valueOf(file.letter()),
                    Integer.toOctalString(file.permissions()),
                    file.uid(),
                    file.gid(),
                    file.isRegular() || file.isLink() ? file.size() : 0,
                    file.modified(),
                    file.isLink() ? new String(file.linkTarget(), StandardCharsets.UTF_8) : null);
        }

        String line() {
            return type + " " + mode + " " + uid + ":" + gid + " " + size + " " + modified + " " + name
                    + (link == null ? "" : " -> " + link);
        }
    }

    @Command(name = "cat", mixinStandardHelpOptions = true, description = "Print the content of a file of an image.")
    static final class Cat extends OfImage {
        @Parameters(index = "1", paramLabel = "PATH", description = "Within the image.")
        String path = "";

        @Override
        int with(DiskFiles.Opened opened, Output output) throws IOException {
            // bytes, not text
            PrintStream out = System.out;
            opened.copy(path, out);
            out.flush();
            if (out.checkError()) {
                throw new IOException("nobody reads what is printed");
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "extract",
            mixinStandardHelpOptions = true,
            description = "Restore files and folders of an image, with their whole paths, below a folder.")
    static final class Extract extends OfImage {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "Within the image.")
        List<String> paths = new ArrayList<>();

        @Option(names = "--to", required = true, paramLabel = "DIR", description = "A folder that exists.")
        Path to = Path.of("");

        @Option(
                names = "--existing",
                defaultValue = "keep",
                description =
                        "Where something is already: replace, keep, keep-newer, rename. Default: ${DEFAULT-VALUE}.")
        String existing = "keep";

        @Override
        int with(DiskFiles.Opened opened, Output output) throws IOException {
            RestoreRequest.Existing policy = RestoreCommand.parseExisting(existing);
            List<String> notes = new ArrayList<>();
            for (String path : paths) {
                // all are there before the first is restored
                opened.find(path);
            }
            long extracted = 0;
            for (String path : paths) {
                extracted += opened.extract(path, to, policy, notes::add);
            }
            notes.forEach(note -> root().surroundings().err().println(note));
            output.line("extracted " + extracted + " objects to " + to);
            return notes.isEmpty() ? ExitCode.OK : ExitCode.WARNINGS;
        }
    }
}
