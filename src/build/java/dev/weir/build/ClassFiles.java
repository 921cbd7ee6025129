package dev.weir.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives classes of Java 5 the format of Java 8. The JVM keeps no class in a cache that is from before stack maps were (Java 6), and
 * picocli's are: they would be read and verified anew in each launch, which takes longer than everything else in it. Only the stack maps
 * are added, the instructions stay as they are - but for one look for Groovy, which is not here: to know that, each launch would open
 * every jar there is.
 */
final class ClassFiles {
    private static final int TOO_OLD = ClassFile.JAVA_5_VERSION;
    private static final String LOOK_FOR_GROOVY = "loadClosureClass";
    private static final String NOTICE = "META-INF/CHANGED.txt";

    private ClassFiles() {}

    /** Renews picocli's jar in a directory of jars. */
    static void renew(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            for (Path jar : jars.filter(file -> file.getFileName().toString().startsWith("picocli-")).toList()) {
                renewJar(jar);
            }
        }
    }

    private static void renewJar(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                try (var content = jar.getInputStream(entry)) {
                    entries.put(entry.getName(), content.readAllBytes());
                }
            }
        }
        if (entries.put(NOTICE,
                "Weir's build has changed this jar: its classes have the format of Java 8, and do not look for Groovy.\n"
                        .getBytes(StandardCharsets.UTF_8)) != null) {
            return;
        }
        ClassFile format = ClassFile.of(StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
                ClassHierarchyResolverOption.of(resolver(entries)));
        Path renewed = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(renewed); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry head = new ZipEntry(entry.getKey());
                head.setTime(0); // the same jar each time
                zip.putNextEntry(head);
                zip.write(entry.getKey().endsWith(".class") ? renewClass(format, entry.getValue()) : entry.getValue());
                zip.closeEntry();
            }
        }
        Files.move(renewed, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] renewClass(ClassFile format, byte[] bytes) {
        ClassModel old = format.parse(bytes);
        if (old.majorVersion() > TOO_OLD) {
            return bytes;
        }
        return format.build(old.thisClass().asSymbol(), renewed -> {
            for (ClassElement element : old) {
                switch (element) {
                    case ClassFileVersion _ -> renewed.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    case MethodModel method when method.methodName().equalsString(LOOK_FOR_GROOVY) ->
                        renewed.withMethodBody(
                                method.methodName(), method.methodType(), method.flags().flagsMask(),
                                code -> code.aconst_null().areturn());
                    case MethodModel method -> renewed.transformMethod(method,
                            MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
                    default -> renewed.with(element);
                }
            }
        });
    }

    /** Who extends whom, which stack maps depend on: by the jar's own classes, else by the JDK's. */
    private static ClassHierarchyResolver resolver(Map<String, byte[]> entries) {
        return ClassHierarchyResolver.ofResourceParsing(type -> {
            String descriptor = type.descriptorString();
            byte[] bytes = entries.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        }).orElse(ClassHierarchyResolver.defaultResolver());
    }
}
