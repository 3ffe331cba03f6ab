package io.saddlebag.cli;

import io.saddlebag.node.Node;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Whole disks: devices, volumes, files with file systems in them (D9). */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Back up whole disks as qcow2 images, restore them, and look into such images.",
        subcommands = {
            ImageBackupCommand.class,
            ImageRestoreCommand.class,
            ImageBootTestCommand.class,
            ImageFileCommands.Ls.class,
            ImageFileCommands.Cat.class,
            ImageFileCommands.Extract.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag image backup /srv/data --name data --library vault --level incremental",
            "  saddlebag image restore data --to /dev/vg0/new",
            "  saddlebag image boot-test webserver --marker 'Reached target'",
            "  saddlebag image ls data-image-4f1c.qcow2 /etc",
            "  saddlebag image extract data-image-4f1c.qcow2 /etc/fstab --to /tmp/look"
        })
final class ImageCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag image --help'.");
    }

    SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }

    /** What is done with an open node. */
    interface Work {
        /** @return an {@link ExitCode} */
        int with(Node node, Output output) throws Exception;
    }

    /** @param watched the task whose progress is shown; null for none */
    int work(@Nullable String watched, Work work) throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK);
                JobWatch watch = JobWatch.of(node, root.surroundings(), watched)) {
            watch.begin();
            return work.with(node, root.output());
        }
    }
}
