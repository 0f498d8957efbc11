package dev.warren.sftp;

import dev.warren.api.config.Config;
import dev.warren.api.config.ConfigProblem;
import dev.warren.api.config.ConfigSpec;
import dev.warren.frontend.FrontEnd;
import dev.warren.frontend.FrontEndContext;
import dev.warren.frontend.RunningFrontEnd;
import dev.warren.sftp.auth.KeySource;
import dev.warren.sftp.auth.LoginThrottle;
import dev.warren.sftp.auth.UserAccount;
import dev.warren.sftp.auth.Users;
import dev.warren.sftp.owner.ClientConfig;
import dev.warren.sftp.owner.Login;
import dev.warren.sftp.owner.LoginRecipes;
import dev.warren.sftp.owner.Owner;
import dev.warren.sftp.ssh.Clocks;
import dev.warren.sftp.ssh.RecipeBook;
import dev.warren.sftp.ssh.RunningServer;
import dev.warren.sftp.ssh.ServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SFTP version 3 with OpenSSH's extensions, over SSH. */
public final class SftpFrontEnd implements FrontEnd {
  private final Clocks clocks;

  /** Creates a front end. */
  public SftpFrontEnd() {
    this(Clocks.system());
  }

  /** Creates a front end with a given clock. */
  SftpFrontEnd(InstantSource clock) {
    this(new Clocks(clock, clock));
  }

  private SftpFrontEnd(Clocks clocks) {
    this.clocks = clocks;
  }

  @Override
  public String name() {
    return "sftp";
  }

  @Override
  public ConfigSpec configSpec() {
    return SftpConfig.SPEC;
  }

  @Override
  public List<ConfigProblem> check(Config config) {
    List<ConfigProblem> problems = new ArrayList<>();
    SftpConfig.settings(config, problems);
    UsersConfig.users(config, problems);
    UsersConfig.authorities(config, problems);
    return problems;
  }

  @Override
  public RunningFrontEnd start(FrontEndContext context, Config config) throws IOException {
    List<ConfigProblem> problems = new ArrayList<>();
    ServerSettings settings = SftpConfig.settings(config, problems);
    List<UserAccount> accounts = new ArrayList<>(UsersConfig.users(config, problems));
    KeySource authorities = UsersConfig.authorities(config, problems);
    if (!problems.isEmpty()) {
      throw new IOException("sftp: " + problems.getFirst());
    }
    Login login = null;
    if (!UsersConfig.has(config)) {
      Owner owner = owner(context.stateDirectory());
      accounts.add(owner.account());
      login = owner.login();
    } else if (!accounts.isEmpty()) {
      login = new Login(accounts.getFirst().name(), null); // the clients find their own keys
    }
    return RunningServer.start(
        context,
        settings,
        new Users(accounts, authorities, clocks.calendar()),
        new LoginThrottle(clocks.steady(), config.get(SftpConfig.MAX_LOGIN_DELAY)),
        clocks,
        book(login));
  }

  private static RecipeBook book(@Nullable Login login) {
    return (bound, known) -> {
      if (login == null) {
        return List.of();
      }
      ClientConfig.write(login, bound, known);
      return LoginRecipes.of(login, bound, known, System.getenv("NOTIFY_SOCKET") != null);
    };
  }

  private static Owner owner(Path state) throws IOException {
    return Owner.of(
        System.getProperty("user.name"), Path.of(System.getProperty("user.home"), ".ssh"), state);
  }
}
