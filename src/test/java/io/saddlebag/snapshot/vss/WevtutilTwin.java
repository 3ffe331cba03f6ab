package io.saddlebag.snapshot.vss;

import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Stands in for {@code wevtutil}: prints what a test has put down. */
public final class WevtutilTwin {
    private WevtutilTwin() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path state = Path.of(args[0]);
        StandIn standIn = new StandIn(state);
        List<String> arguments = List.of(args).subList(1, args.length);
        standIn.called(arguments);
        switch (standIn.fault(arguments)) {
            case "hang" -> StandIn.hang();
            case "fail" -> {
                System.err.println("Failed to read events. Access is denied.");
                System.exit(5);
            }
            default -> System.out.print(Files.readString(state.resolve("events.xml")));
        }
    }
}
