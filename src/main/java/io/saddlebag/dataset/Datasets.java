package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tree of dataset files (D1). A name is that of a file without {@code .ds}, or of a folder, which stands for all files below
 * it. Files are read each time: what is edited counts at once. Thread-safe.
 */
public final class Datasets {
    /** Means this node, whatever its name is. */
    public static final String LOCALHOST = "localhost";

    /** There from the start, for hosts that are in no other dataset yet; empty until somebody writes it. */
    public static final String NEW_CLIENTS = "NEW_CLIENTS";

    private static final int MOST_FILES = 10_000;

    private final Files files;

    public Datasets(Files files) {
        this.files = files;
    }

    /** All names, files and folders, in order. */
    public List<String> names() throws IOException {
        Set<String> names = new TreeSet<>(files.names());
        names.add(NEW_CLIENTS);
        return List.copyOf(names);
    }

    /**
     * What the dataset takes, by host.
     *
     * @throws BackupException {@link DatasetFault#UNKNOWN}, {@link DatasetFault#SYNTAX}, {@link DatasetFault#INCLUDES_ITSELF}
     */
    public List<HostSelection> resolve(String name) throws IOException {
        Resolver resolver = new Resolver();
        resolver.dataset(name, new Scope(), new LinkedHashSet<>());
        return resolver.selections();
    }

    /** Gives the texts of dataset files. */
    public interface Files {
        List<String> names() throws IOException;

        /**
         * The files of a name: itself, or all below when it is a folder.
         *
         * @return by name; empty when there is none
         */
        Map<String, String> texts(String name) throws IOException;
    }

    /** What blocks inherit. */
    private static final class Scope {
        private final Set<String> leftOut = new LinkedHashSet<>();
        private final List<NamePattern> names = new ArrayList<>();
        private final Set<MountPoints> crosses = EnumSet.noneOf(MountPoints.class);
        private final List<Statement.IncludePath> paths = new ArrayList<>();

        Scope within() {
            Scope inner = new Scope();
            inner.leftOut.addAll(leftOut);
            inner.names.addAll(names);
            inner.crosses.addAll(crosses);
            inner.paths.addAll(paths);
            return inner;
        }
    }

    private static final class Taken {
        private final Map<String, Selection> paths = new LinkedHashMap<>();
        private boolean withCatalog;
        private final List<DatasetCommand> before = new ArrayList<>();
        private final List<DatasetCommand> after = new ArrayList<>();
    }

    private final class Resolver {
        private final Map<String, Taken> hosts = new LinkedHashMap<>();
        private int read;

        void dataset(String name, Scope outer, Set<String> including) throws IOException {
            Map<String, String> texts = files.texts(name);
            if (texts.isEmpty() && !name.equals(NEW_CLIENTS)) {
                throw new BackupException(
                        DatasetFault.UNKNOWN,
                        "there is no dataset '" + name + "'",
                        "There are: " + String.join(", ", names()) + ".");
            }
            for (var each : texts.entrySet()) {
                if (!including.add(each.getKey())) {
                    throw new BackupException(
                            DatasetFault.INCLUDES_ITSELF,
                            "dataset '" + each.getKey() + "' includes itself, by way of "
                                    + String.join(", ", including),
                            "Take one 'include dataset' out.");
                }
                if (++read > MOST_FILES) {
                    throw new BackupException(
                            DatasetFault.INCLUDES_ITSELF,
                            "dataset '" + name + "' is of more than " + MOST_FILES + " files",
                            "Name a folder with fewer.");
                }
                file(DatasetParser.parse(each.getKey(), each.getValue()), outer, including);
                including.remove(each.getKey());
            }
        }

        private void file(List<Statement> statements, Scope outer, Set<String> including) throws IOException {
            Scope scope = outer.within();
            Taken everywhere = new Taken();
            collect(statements, scope, everywhere);
            boolean hasHosts = false;
            for (Statement statement : statements) {
                if (statement instanceof Statement.IncludeHost host) {
                    hasHosts = true;
                    host(host, scope, everywhere);
                } else if (statement instanceof Statement.IncludeDataset other) {
                    Scope inherited = scope.within();
                    inherited.paths.clear();
                    dataset(other.name(), inherited, including);
                }
            }
            if (!hasHosts && (!scope.paths.isEmpty() || everywhere.withCatalog)) {
                add(LOCALHOST, scope, everywhere);
            }
        }

        private void host(Statement.IncludeHost host, Scope outer, Taken everywhere) {
            Scope scope = outer.within();
            Taken own = new Taken();
            own.withCatalog = everywhere.withCatalog;
            own.before.addAll(everywhere.before);
            own.after.addAll(everywhere.after);
            collect(host.block(), scope, own);
            add(host.host(), scope, own);
        }

        /** What counts for the whole block, wherever in it it stands. */
        private void collect(List<Statement> block, Scope scope, Taken taken) {
            for (Statement statement : block) {
                collect(statement, scope, taken);
            }
        }

        private void collect(Statement statement, Scope scope, Taken taken) {
            if (statement instanceof Statement.ExcludePath path) {
                scope.leftOut.add(path.path());
            } else if (statement instanceof Statement.ExcludeName name) {
                scope.names.add(name.pattern());
            } else if (statement instanceof Statement.Cross cross) {
                scope.crosses.add(cross.which());
            } else if (statement instanceof Statement.IncludePath path) {
                scope.paths.add(path);
            } else if (statement instanceof Statement.IncludeCatalog) {
                taken.withCatalog = true;
            } else if (statement instanceof Statement.Run run) {
                (run.when() == DatasetCommand.When.BEFORE ? taken.before : taken.after).add(run.command());
            }
        }

        private void add(String host, Scope scope, Taken own) {
            Taken taken = hosts.computeIfAbsent(host, name -> new Taken());
            for (Statement.IncludePath path : scope.paths) {
                path(path, scope, taken);
            }
            taken.withCatalog |= own.withCatalog;
            own.before.stream().filter(c -> !taken.before.contains(c)).forEach(taken.before::add);
            own.after.stream().filter(c -> !taken.after.contains(c)).forEach(taken.after::add);
        }

        private void path(Statement.IncludePath path, Scope outer, Taken taken) {
            Scope scope = outer.within();
            scope.paths.clear();
            collect(path.block(), scope, taken);
            taken.paths.merge(
                    path.path(), new Selection(path.path(), scope.leftOut, scope.names, scope.crosses), Resolver::both);
            for (Statement.IncludePath inner : scope.paths) {
                path(inner, scope, taken);
            }
        }

        /** Included twice, a path leaves out only what both leave out: more is safe, less is not. */
        private static Selection both(Selection a, Selection b) {
            Set<String> leftOut = new LinkedHashSet<>(a.leftOut());
            leftOut.retainAll(b.leftOut());
            List<NamePattern> names = new ArrayList<>(a.names());
            names.retainAll(b.names());
            Set<MountPoints> crosses = EnumSet.noneOf(MountPoints.class);
            crosses.addAll(a.crosses());
            crosses.addAll(b.crosses());
            return new Selection(a.path(), leftOut, names, crosses);
        }

        List<HostSelection> selections() {
            return hosts.entrySet().stream()
                    .map(each -> new HostSelection(
                            each.getKey(),
                            List.copyOf(each.getValue().paths.values()),
                            each.getValue().withCatalog,
                            each.getValue().before,
                            each.getValue().after))
                    .toList();
        }
    }
}
