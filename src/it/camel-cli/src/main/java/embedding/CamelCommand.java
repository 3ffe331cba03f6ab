package embedding;

import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** The Camel command line as a plain program. */
public final class CamelCommand {
    private CamelCommand() {}

    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}
