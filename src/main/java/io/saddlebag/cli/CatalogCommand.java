package io.saddlebag.cli;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Transcript;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.tape.TapeException;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeException;
import java.util.ArrayList;
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

@Command(name = "catalog", mixinStandardHelpOptions = true, description = "Look into the catalog, or rebuild it.")
final class CatalogCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag catalog --help'.");
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description =
                    "Read cartridges and record every whole image that the catalog doesn't know. All cartridges in"
                            + " slots are read unless some are named.")
    int importVolumes(
            @Parameters(paramLabel = "LIBRARY") String library,
            @Parameters(paramLabel = "CARTRIDGE", arity = "0..*", description = "Elements or barcodes.") @Nullable
                    List<String> cartridges)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            LibraryDesk desk = node.library(library);
            List<FoundSection> sections = new ArrayList<>();
            int code = ExitCode.OK;
            for (Target target : targets(desk, cartridges)) {
                try {
                    sections.addAll(scan(node, desk, target, root.output()));
                } catch (TapeException e) {
                    // what the other cartridges hold is wanted all the more
                    root.surroundings().err().println(target + ": " + e.getMessage());
                    code = ExitCode.WARNINGS;
                }
            }
            List<Backup> imported = node.imports().importAll(library, sections, new Lines(root.output()));
            root.output().line(imported.size() + " backups were read in");
            return code;
        }
    }

    @Command(name = "objects", mixinStandardHelpOptions = true, description = "List the objects of a backup.")
    int objects(
            @Parameters(paramLabel = "BACKUP") String backup,
            @Option(names = "--path", defaultValue = "", description = "Only this object and all below it.")
                    String path)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            node.catalog()
                    .objects(
                            BackupId.parse(backup),
                            path,
                            object -> root.output()
                                    .line(object.type() + " " + Integer.toOctalString(object.mode()) + " "
                                            + object.size() + " " + object.modified() + " " + object.path()));
        }
        return ExitCode.OK;
    }

    private static List<Target> targets(LibraryDesk desk, @Nullable List<String> cartridges) throws Exception {
        if (cartridges != null && !cartridges.isEmpty()) {
            return cartridges.stream().map(LsvolCommand::target).toList();
        }
        List<Target> all = new ArrayList<>();
        for (ElementStatus status : desk.library().inventory().elements()) {
            boolean robotsHand = status.element().kind() == ElementKind.MTE;
            if (status.full()
                    && !robotsHand
                    && (status.barcode() == null || !status.barcode().isCleaning())) {
                all.add(new Target.At(status.element()));
            }
        }
        return all;
    }

    private static List<FoundSection> scan(Node node, LibraryDesk desk, Target target, Output output) throws Exception {
        ScannedVolume scanned;
        try {
            scanned = desk.volumes().scanVolume(target);
        } catch (VolumeException e) {
            output.line(target + ": " + e.what());
            return List.of();
        }
        if (node.volumes().find(scanned.toVolume().id()).isEmpty()) {
            node.volumes().record(scanned.toVolume());
        }
        output.line(target + ": volume " + scanned.toVolume().id() + ", "
                + scanned.sections().size() + " sections");
        return scanned.sections();
    }

    /** A transcript for people at a terminal. */
    private record Lines(Output output) implements Transcript {
        @Override
        public void line(String text) {
            output.line(text);
        }

        @Override
        public void sync() {
            // a terminal keeps nothing
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
