package io.saddlebag.cli;

import io.saddlebag.node.DeviceSnippet;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.Node;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists what is attached, as a configuration that can be used as it is (M18). */
@Command(
        name = "discoverdev",
        mixinStandardHelpOptions = true,
        description = "Show tape drives and libraries that are attached, as lines for config/devices.yaml.")
final class DiscoverdevCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Option(
            names = "--portal",
            paramLabel = "ADDRESS",
            description = "Also ask this iSCSI portal, e.g. iscsi://10.0.0.5:3260. May be given again.")
    List<String> portals = List.of();

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<FoundDevice> found = node.attachedDevices(portals);
            if (root.json) {
                root.output().json(found);
            } else if (found.isEmpty()) {
                root.output().line("no tape drive or library is attached to this machine");
            } else {
                DeviceSnippet.of(found).lines().forEach(root.output()::line);
            }
        }
        return ExitCode.OK;
    }
}
