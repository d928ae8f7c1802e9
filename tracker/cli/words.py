"""The command line in Vietnamese: headings of `--help`, and one place that puts every error into words."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from tracker import i18n
from tracker.config import ConfigError
from tracker.domain.errors import DomainError


class Command(click.Command):
    """A click command whose help speaks Vietnamese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The usual --help, in Vietnamese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Hiện hướng dẫn này rồi thoát."
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words after the command's name in the usage line."""
        pieces = super().collect_usage_pieces(ctx)
        return ["[TUỲ CHỌN]" if piece == "[OPTIONS]" else piece for piece in pieces]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words after the command's name; one too many is a usage error in plain words."""
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = super().parse_args(ctx, args)
        if rest and not allowed and not ctx.resilient_parsing:
            raise click.UsageError(f"thừa “{' '.join(rest)}”.", ctx)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options; an argument stands in the usage line and in the sentence below it."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section("Tuỳ chọn"):
            formatter.write_dl([record for option in options if (record := _record(option, ctx)) is not None])


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """One row of the list: click's own "[required]" in Vietnamese, a hidden option left out."""
    record = option.get_help_record(ctx)
    return (record[0], f"{option.help} Bắt buộc.") if record and option.required else record


class Group(Command, click.Group):
    """A click group whose help speaks Vietnamese."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options, then of commands."""
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; an unknown one is a usage error in plain words."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise click.UsageError(f"không có lệnh “{args[0]}”.", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the order they were added, hidden ones left out."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Lệnh"):
            formatter.write_dl([(name, command.get_short_help_str(90)) for name, command in found if command and not command.hidden])


def in_vietnamese(command: click.Command) -> click.Command:
    """The same command, with help in Vietnamese; each file can write plain click commands."""
    if isinstance(command, click.Group):
        members = {name: in_vietnamese(member) for name, member in command.commands.items()}
        return Group(command.name, members, help=command.help, hidden=command.hidden, subcommand_metavar="LỆNH [THAM SỐ]...")
    return Command(
        command.name,
        callback=command.callback,
        params=command.params,
        help=command.help,
        epilog=command.epilog,
        short_help=command.short_help,
        hidden=command.hidden,
        context_settings=command.context_settings,
    )


def run(call: Callable[[], object]) -> int:
    """Run a command line and give its exit code: 0 done, 1 refused or failed, 2 wrongly typed; errors are one plain line."""
    try:
        result = call()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.UsageError as error:
        click.echo(f"Lỗi: {_usage(error)}", err=True)
        click.echo(f"Xem cách dùng: {error.ctx.command_path if error.ctx else 'tracker'} --help", err=True)
        return error.exit_code
    except click.ClickException as error:
        click.echo(f"Lỗi: {error.format_message()}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        if not sys.stdin.isatty():
            click.echo("\nLỗi: không có ai trả lời câu hỏi. Hãy ghi đủ các tuỳ chọn, xem --help.", err=True)
            return 2
        click.echo("Đã dừng.", err=True)
        return 130
    except ConfigError as error:
        click.echo(f"Lỗi: {error}", err=True)
        return 1
    except DomainError as error:
        click.echo(f"Lỗi: {i18n.words(error)}", err=True)
        return 1
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def _usage(error: click.UsageError) -> str:
    """What was typed wrongly."""
    hint = error.param.get_error_hint(error.ctx) if isinstance(error, click.BadParameter) and error.param and error.ctx else ""
    if isinstance(error, click.NoSuchOption):
        return f"không có tuỳ chọn {error.option_name}."
    if isinstance(error, click.BadOptionUsage):
        return f"tuỳ chọn {error.option_name} thiếu giá trị, hoặc có giá trị mà nó không nhận."
    if isinstance(error, click.MissingParameter):
        return f"thiếu {hint or 'tham số'}."
    if isinstance(error, click.BadParameter):
        return f"giá trị của {hint or 'tham số'} không dùng được: {error.message}"
    return error.message
