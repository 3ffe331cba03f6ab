package io.saddlebag.cli;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.library.ElementNames;
import io.saddlebag.node.CartridgeImport;
import io.saddlebag.node.Node;
import io.saddlebag.node.PoolFilesImport;
import io.saddlebag.volume.Target;
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
            description = "Read cartridges of a library, or files of a disk pool, and record every whole image that the"
                    + " catalog doesn't know. All that are there are read unless some are named.")
    int importVolumes(
            @Parameters(paramLabel = "LIBRARY|POOL") String library,
            @Parameters(
                            paramLabel = "CARTRIDGE|FILE",
                            arity = "0..*",
                            description = "Elements or barcodes; or files, as in nightly/image-4f1c.1.tar.zst.")
                    @Nullable
                    List<String> cartridges)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            if (!node.libraries().contains(library) && node.pools().contains(library)) {
                List<Backup> imported = new PoolFilesImport(node, library, root.output()::line)
                        .run(cartridges == null ? List.of() : cartridges);
                root.output().line(imported.size() + " backups were read in");
                return ExitCode.OK;
            }
            if (cartridges != null) {
                ElementNames.requireClear(node.library(library).library(), cartridges.toArray(String[]::new));
            }
            List<Target> targets = cartridges == null
                    ? List.of()
                    : cartridges.stream()
                            .flatMap(each -> Target.parseAll(each).stream())
                            .toList();
            List<Backup> imported = new CartridgeImport(node, library, root.output()::line).run(targets);
            root.output().line(imported.size() + " backups were read in");
        }
        return ExitCode.OK;
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
}
