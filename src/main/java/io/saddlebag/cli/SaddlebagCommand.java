package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command. */
@Command(
        name = "saddlebag",
        mixinStandardHelpOptions = true,
        version = "saddlebag 0.1.0-SNAPSHOT",
        description = "Backup and recovery as Apache Camel routes.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; the error says why",
            "2:the command line could not be understood, nothing was touched",
            "3:done, with warnings",
            "4:a check found something wrong",
            "5:skipped, since the same task runs already",
            "70:a defect of this program"
        },
        subcommands = {
            RunCommand.class,
            LintCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            RecoverCommand.class,
            UnpackCommand.class,
            ImageCommand.class,
            VerifyCommand.class,
            RehearseCommand.class,
            RecoverabilityCommand.class,
            AdviseCommand.class,
            GroupCommand.class,
            LsbuCommand.class,
            LsvolCommand.class,
            LibraryCommand.class,
            DiscoverdevCommand.class,
            CatalogCommand.class,
            PoolCommand.class,
            JournalCommand.class,
            WalCommand.class,
            PieceCommand.class,
            IncarnationCommand.class,
            DatasetCommand.class,
            KeyCommand.class,
            WalletCommand.class,
            LsjobCommand.class,
            CatxcrCommand.class,
            CanceljobCommand.class,
            RpyjobCommand.class,
            DoctorCommand.class
        })
public final class SaddlebagCommand implements Runnable {
    private final Surroundings surroundings;

    @Option(
            names = "--home",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The folder that holds config/saddlebag.yaml; default: $SADDLEBAG_HOME, else this folder.")
    @Nullable
    Path home;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the result as JSON.")
    boolean json;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    private SaddlebagCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs one command line to its end. @return the process's exit code */
    public static int run(Surroundings surroundings, String... arguments) {
        CommandLine line = new CommandLine(new SaddlebagCommand(surroundings));
        line.setOut(surroundings.out());
        line.setErr(surroundings.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> explain(surroundings, failure));
        int code = line.execute(arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        return code;
    }

    @Override
    public void run() {
        CommandLine.Model.CommandSpec own = spec;
        if (own != null) {
            throw new CommandLine.ParameterException(own.commandLine(), "which command? See 'saddlebag --help'.");
        }
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Output output() {
        return new Output(surroundings.out());
    }

    Path homeFolder() {
        Path given = home;
        if (given != null) {
            return given;
        }
        String environment = System.getenv("SADDLEBAG_HOME");
        return Path.of(environment == null || environment.isBlank() ? "." : environment);
    }

    private static int explain(Surroundings surroundings, Exception failure) {
        if (failure instanceof BackupException known) {
            surroundings.err().println(known.getMessage());
            return ExitCode.FAILED;
        }
        if (failure instanceof IllegalArgumentException bad) {
            surroundings.err().println("saddlebag: " + bad.getMessage());
            return ExitCode.USAGE;
        }
        if (failure instanceof IOException io) {
            surroundings.err().println("saddlebag: " + io);
            return ExitCode.FAILED;
        }
        if (failure instanceof InterruptedException) {
            surroundings.err().println("saddlebag: interrupted; what was stopped has been started again");
            return ExitCode.FAILED;
        }
        surroundings.err().println("saddlebag: a defect of this program: " + failure);
        for (StackTraceElement at : failure.getStackTrace()) {
            surroundings.err().println("    at " + at);
        }
        return ExitCode.INTERNAL;
    }
}
