package io.saddlebag.cli;

import io.saddlebag.dataset.DatasetFormat;
import io.saddlebag.dataset.DatasetText;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.dataset.HostSelection;
import io.saddlebag.dataset.Selection;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "dataset",
        mixinStandardHelpOptions = true,
        description = "Look at dataset files: what they take, whether they are right, and how they are written.",
        footerHeading = "%nExample:%n",
        footer = "  saddlebag dataset check home")
final class DatasetCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag dataset --help'.");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List dataset files and folders.")
    int list() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = open(root)) {
            for (String name : node.datasets().names()) {
                root.output().line(name);
            }
        }
        return ExitCode.OK;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Read datasets and show what they take; errors are named with file, line and column.")
    int check(
            @Parameters(paramLabel = "NAME", arity = "0..*", description = "Datasets; all without one.") @Nullable
                    List<String> names)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = open(root)) {
            Datasets datasets = node.datasets();
            for (String name : names == null ? datasets.names() : names) {
                for (HostSelection host : datasets.resolve(name)) {
                    show(root.output(), name, host);
                }
            }
        }
        return ExitCode.OK;
    }

    @Command(
            name = "format",
            mixinStandardHelpOptions = true,
            description = "Write dataset files with four blanks a block; comments stay.")
    int format(
            @Option(names = "--check", description = "Change nothing; exit with 4 when a file would change.")
                    boolean check,
            @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files)
            throws IOException {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        boolean differs = false;
        for (Path file : files) {
            String before = DatasetText.of(file.toString(), Files.readAllBytes(file));
            String after = DatasetFormat.of(file.toString(), before);
            if (!after.equals(before)) {
                differs = true;
                root.output().line(file + (check ? " would change" : " was formatted"));
                if (!check) {
                    Path beside = file.resolveSibling("." + file.getFileName() + ".new");
                    Files.writeString(beside, after);
                    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        return check && differs ? ExitCode.FINDINGS : ExitCode.OK;
    }

    private static void show(Output output, String name, HostSelection host) {
        output.line(name + ": host " + host.host() + (host.withCatalog() ? ", with the catalog" : ""));
        host.before().forEach(command -> output.line("  before: " + command));
        for (Selection path : host.paths()) {
            output.line("  " + path.path());
            path.leftOut().stream().sorted().forEach(out -> output.line("    without " + out));
            path.names().forEach(pattern -> output.line("    without names " + pattern));
            path.crosses().stream()
                    .sorted()
                    .forEach(kind ->
                            output.line("    with " + kind.name().toLowerCase(java.util.Locale.ROOT) + " mountpoints"));
        }
        host.after().forEach(command -> output.line("  after: " + command));
    }

    private static Node open(SaddlebagCommand root) throws IOException, InterruptedException {
        return root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK);
    }
}
