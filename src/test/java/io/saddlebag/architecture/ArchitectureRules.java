package io.saddlebag.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of one source tree. The root package is a parameter, so that a planted tree can be shown to break them. */
final class ArchitectureRules {
    /** Technology-named packages: each implements a port of its parent. */
    private static final List<String> LEAVES = List.of(
            "tape.file",
            "tape.memory",
            "tape.scsi",
            "tape.st",
            "scsi.sg",
            "scsi.windows",
            "scsi.iscsi",
            "scsi.memory",
            "library.scsi",
            "library.file",
            "library.memory",
            "catalog.jdbc",
            "job.jdbc",
            "job.file",
            "journal.folder",
            "journal.jdbc",
            "journal.mariadb",
            "journal.postgresql",
            "journal.sqlite",
            "host.local",
            "host.memory",
            "disk.local",
            "camel.folder.local",
            "database.derby",
            "database.mariadb",
            "database.oracle",
            "database.postgresql",
            "database.psql",
            "database.sqlite",
            "database.script",
            "snapshot.btrfs",
            "snapshot.reflink",
            "snapshot.freeze",
            "snapshot.none",
            "snapshot.lvm",
            "snapshot.zfs",
            "snapshot.vss",
            "posix.linux",
            "lease.watchdog");

    /** A simulated robot carries simulated cartridges: it can't know them through the port alone. */
    private static final Map<String, String> MADE_FOR_EACH_OTHER =
            Map.of("tape.file", "library.file", "tape.memory", "library.memory");

    /** Where real time passes and real processes run. */
    private static final List<String> REAL_WORLD = List.of("app", "cli", "host.local", "lease.watchdog");

    /** Where files of this machine are touched without the host's port for them. */
    private static final List<String> REAL_FILES = List.of(
            "app",
            "cli",
            "host.local",
            "disk.local",
            "camel.folder.local",
            "lease.watchdog",
            "tape.file",
            "library.file",
            "job.file",
            "snapshot.btrfs",
            "snapshot.reflink",
            "snapshot.freeze",
            "snapshot.none",
            "snapshot.vss",
            "database.derby",
            "database.mariadb",
            "database.oracle",
            "database.postgresql",
            "database.process",
            "database.psql",
            "database.sqlite",
            "database.script");

    private static final String SIMULATED = "the simulator must own time, chance, threads, processes and files: ";

    private final String root;

    ArchitectureRules(String root) {
        this.root = root;
    }

    Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("concepts have no cycles", conceptsHaveNoCycles());
        rules.put("packages have no cycles", packagesHaveNoCycles());
        rules.put("only faces know Camel", onlyFacesKnowCamel());
        rules.put("only native leaves know JNA", onlyNativeLeavesKnowJna());
        rules.put("only adapters know JDBC", onlyAdaptersKnowJdbc());
        rules.put("only app imports leaves", onlyAppImportsLeaves());
        rules.put("only the command line knows picocli", onlyTheCommandLineKnowsPicocli());
        rules.put("no wall clock", noWallClock());
        rules.put("no sleep", noSleep());
        rules.put("no threads", noThreads());
        rules.put("no randomness", noRandomness());
        rules.put("no processes", noProcesses());
        rules.put("no nio Files", noNioFiles());
        rules.put("no files opened", noFilesOpened());
        rules.put("media is pure", mediaIsPure());
        rules.put("media touches nothing outside", mediaTouchesNothingOutside());
        rules.put("no standard streams", noStandardStreams());
        rules.put("no java.util.logging", noJavaUtilLogging());
        return rules;
    }

    // ---- 1. cycles

    ArchRule conceptsHaveNoCycles() {
        return slices().matching(root + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("one concept a package is only true while each can be read, tested and moved without the rest")
                .allowEmptyShould(true);
    }

    ArchRule packagesHaveNoCycles() {
        return slices().matching(root + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("a port must not know who implements it")
                .allowEmptyShould(true);
    }

    // ---- 2. who knows which technology

    ArchRule onlyFacesKnowCamel() {
        return onlyIn(List.of("camel", "cli", "app"), "org.apache.camel..")
                .because("the core must still back up when the Camel face is deleted");
    }

    ArchRule onlyNativeLeavesKnowJna() {
        return onlyIn(List.of("posix", "scsi.sg", "scsi.iscsi", "scsi.windows", "tape.st"), "com.sun.jna..")
                .because("native calls hide behind one interface that tests can replace");
    }

    ArchRule onlyAdaptersKnowJdbc() {
        return onlyIn(
                        List.of(
                                ".jdbc",
                                "database.derby",
                                "database.mariadb",
                                "database.oracle",
                                "database.postgresql",
                                "database.sqlite"),
                        "java.sql..",
                        "javax.sql..",
                        "com.zaxxer..",
                        "org.flywaydb..",
                        "org.apache.derby..",
                        "org.sqlite..",
                        "org.mariadb..",
                        "org.postgresql..")
                .because("what a catalog or a database is must not depend on how it is reached");
    }

    // ---- 3. leaves

    ArchRule onlyAppImportsLeaves() {
        List<ArchRule> rules = LEAVES.stream()
                .map(leaf -> onlyIn(
                                List.of(leaf, MADE_FOR_EACH_OTHER.getOrDefault(leaf, leaf), "app"),
                                root + "." + leaf + "..")
                        .because("implementations are chosen in one place, and never see their siblings"))
                .toList();
        return CompositeArchRule.of(rules).allowEmptyShould(true);
    }

    ArchRule onlyTheCommandLineKnowsPicocli() {
        return onlyIn(List.of("cli", "app"), "picocli..", "me.tongfei.progressbar..")
                .because("the terminal is one face of several");
    }

    // ---- 4. what the simulator owns

    ArchRule noWallClock() {
        DescribedPredicate<JavaAccess<?>> readsTheClock = access("read the wall clock", access -> {
            String name = access.getName();
            JavaClass owner = access.getTargetOwner();
            boolean now =
                    name.equals("now") && owner.getPackageName().startsWith("java.time") && !takes(access, "Clock");
            boolean clock = owner.getName().equals("java.time.Clock")
                    && (name.startsWith("system") || (name.startsWith("tick") && !takes(access, "Clock")));
            boolean date = owner.getName().equals("java.util.Date") && isConstructor(access) && takesNothing(access);
            boolean calendar = owner.getName().equals("java.util.Calendar") && name.equals("getInstance");
            return now || clock || date || calendar || is(access, System.class, "currentTimeMillis", "nanoTime");
        });
        return noneBut(REAL_WORLD, readsTheClock, "ask for a java.time.Clock");
    }

    ArchRule noSleep() {
        DescribedPredicate<JavaAccess<?>> sleeps = access(
                "sleep",
                access -> is(access, Thread.class, "sleep", "onSpinWait")
                        || is(access, java.util.concurrent.TimeUnit.class, "sleep")
                        || is(access, java.util.concurrent.locks.LockSupport.class, "parkNanos", "parkUntil"));
        return noneBut(List.of("app", "cli", "host.local", "lease.watchdog", "posix"), sleeps, "ask the host to wait");
    }

    ArchRule noThreads() {
        DescribedPredicate<JavaAccess<?>> startsThreads = access(
                "start threads",
                access -> is(access, Thread.class, "<init>", "start")
                        || is(access, java.util.Timer.class, "<init>")
                        || is(access, java.util.concurrent.ForkJoinPool.class, "<init>", "commonPool")
                        || access.getTargetOwner().getName().equals("java.util.concurrent.Executors"));
        return noneBut(REAL_WORLD, startsThreads, "executors are handed in, by Camel in a route and by app else");
    }

    ArchRule noRandomness() {
        Set<String> generators = Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom");
        DescribedPredicate<JavaAccess<?>> drawsLots = access(
                "draw lots",
                access -> is(access, Math.class, "random")
                        || is(access, java.util.UUID.class, "randomUUID")
                        || is(access, java.util.concurrent.ThreadLocalRandom.class, "current")
                        || (generators.contains(access.getTargetOwner().getName())
                                && isConstructor(access)
                                && takesNothing(access)));
        return noneBut(List.of("app", "host.local"), drawsLots, "ask for the source of randomness");
    }

    ArchRule noProcesses() {
        DescribedPredicate<JavaAccess<?>> startsProcesses = access(
                "start processes",
                access -> is(access, ProcessBuilder.class, "<init>", "start") || is(access, Runtime.class, "exec"));
        return noneBut(REAL_WORLD, startsProcesses, "ask the host to run it");
    }

    ArchRule noNioFiles() {
        DescribedPredicate<JavaAccess<?>> usesFiles =
                access("use java.nio.file.Files", access -> is(access, java.nio.file.Files.class));
        return noneBut(REAL_FILES, usesFiles, "go through the host's files; a Path is only a name and is fine");
    }

    ArchRule noFilesOpened() {
        Set<String> openers = Set.of(
                "java.io.File",
                "java.io.FileInputStream",
                "java.io.FileOutputStream",
                "java.io.FileReader",
                "java.io.FileWriter",
                "java.io.RandomAccessFile");
        DescribedPredicate<JavaAccess<?>> opensFiles = access(
                "open files",
                access -> openers.contains(access.getTargetOwner().getName())
                        || is(access, java.nio.channels.FileChannel.class, "open")
                        || is(access, java.nio.channels.AsynchronousFileChannel.class, "open"));
        List<String> allowed =
                Stream.concat(REAL_FILES.stream(), Stream.of("posix", ".jdbc")).toList();
        return noneBut(allowed, opensFiles, "go through the host's files");
    }

    // ---- 5. the pure middle

    /** A barcode, a place and an address are facts; the port itself is not. */
    private static final List<String> VALUES_OF_PORTS =
            List.of(".library.Barcode", ".library.Element", ".library.ElementKind", ".tape.BlockAddress");

    /** Values and decisions: no port, no device, no clock. */
    private static final List<String> PURE = List.of("media", "framing", "protection", "tapeoption");

    private static final List<String> MAY_BE_KNOWN_TO_PURE =
            Stream.concat(PURE.stream(), Stream.of("fault", "quantity")).toList();

    ArchRule mediaIsPure() {
        DescribedPredicate<JavaClass> elsewhereInOurs = Predicates.resideInAPackage(root + "..")
                .and(Predicates.resideOutsideOfPackages(packages(MAY_BE_KNOWN_TO_PURE)))
                .and(DescribedPredicate.not(DescribedPredicate.describe(
                        "are values of a port that labels and facts carry",
                        c -> VALUES_OF_PORTS.stream()
                                .anyMatch(name -> c.getName().equals(root + name)))));
        return noClasses()
                .that()
                .resideInAnyPackage(packages(PURE))
                .should()
                .dependOnClassesThat(elsewhereInOurs)
                .because("which volume may be written or expired is decided from facts alone, so that it can be"
                        + " printed and tested before it is done")
                .allowEmptyShould(true);
    }

    ArchRule mediaTouchesNothingOutside() {
        DescribedPredicate<JavaClass> outside = Predicates.resideInAnyPackage("java.sql..", "javax.sql..")
                .or(Predicates.type(java.nio.file.Files.class))
                .or(Predicates.type(java.time.Clock.class));
        return noClasses()
                .that()
                .resideInAnyPackage(packages(PURE))
                .should()
                .dependOnClassesThat(outside)
                .because("a plan is a function of its facts: the time is one of them, and is handed in")
                .allowEmptyShould(true);
    }

    // ---- output

    ArchRule noStandardStreams() {
        DescribedPredicate<JavaAccess<?>> prints = access(
                "print",
                access -> is(access, System.class, "out", "err")
                        || access.getName().equals("printStackTrace"));
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages(List.of("cli", "app")))
                .should()
                .accessTargetWhere(prints)
                .because("a library inside a host application has no terminal")
                .allowEmptyShould(true);
    }

    ArchRule noJavaUtilLogging() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .because("the host application chooses where SLF4J writes")
                .allowEmptyShould(true);
    }

    // ---- words

    private ArchRule onlyIn(List<String> allowed, String... technology) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages(allowed))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology)
                .allowEmptyShould(true);
    }

    private ArchRule noneBut(List<String> allowed, DescribedPredicate<JavaAccess<?>> act, String instead) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages(allowed))
                .should()
                .accessTargetWhere(act)
                .because(SIMULATED + instead)
                .allowEmptyShould(true);
    }

    /** {@code tape.file} is that package below the root and all below it; {@code .jdbc} is one of that name anywhere. */
    private String[] packages(List<String> names) {
        return names.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaAccess<?>> access(
            String description, java.util.function.Predicate<JavaAccess<?>> test) {
        return DescribedPredicate.describe(description, test);
    }

    /** Calls and method references alike; without names, every member counts. */
    private static boolean is(JavaAccess<?> access, Class<?> owner, String... names) {
        return access.getTargetOwner().getName().equals(owner.getName())
                && (names.length == 0 || List.of(names).contains(access.getName()));
    }

    private static boolean isConstructor(JavaAccess<?> access) {
        return access.getName().equals("<init>");
    }

    private static boolean takesNothing(JavaAccess<?> access) {
        return access.getTarget().getFullName().endsWith("()");
    }

    private static boolean takes(JavaAccess<?> access, String simpleType) {
        return access.getTarget().getFullName().contains("." + simpleType);
    }
}
